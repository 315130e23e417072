package dev.sluice.app.cli;

import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.ModelSet;
import dev.sluice.sink.model.Selection;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The {@code --select} option: which models a command is about. */
public final class SelectOption {
    @Option(
            names = {"-s", "--select"},
            paramLabel = "MODEL",
            split = ",",
            description = "Only these models; name+ with all downstream of it, +name with all upstream (default: all).")
    private List<String> patterns = new ArrayList<>();

    List<Model> of(ModelSet set) {
        return new Selection(set).of(patterns);
    }
}
