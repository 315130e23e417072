package dev.sluice.app.cli;

import dev.sluice.sink.model.Model;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice model lineage}. */
@Command(
        name = "lineage",
        description = "Show what is made from what: as a tree, as a Mermaid graph, or as JSON.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice model lineage --select silver.orders+ --mermaid"})
public final class ModelLineageCommand implements Callable<Integer> {
    @Mixin
    private ModelsOption models = new ModelsOption();

    @Mixin
    private SelectOption select = new SelectOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Option(names = "--mermaid", description = "As a Mermaid graph, which Markdown pages show as a picture.")
    private boolean mermaid;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<Model> selected = select.of(models.load());
        Lineage lineage = new Lineage(selected);
        if (output.json()) {
            out.println(lineage.json());
        } else {
            (mermaid ? lineage.mermaid() : lineage.tree()).forEach(out::println);
        }
        return ExitCodes.OK;
    }
}
