package dev.sluice.app.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.sink.model.Model;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice model compile}. */
@Command(
        name = "compile",
        description = {
            "Check the models and show their SQL with the refs in place.",
            "It needs no running platform: types, columns, tests and the common subset of SQL are checked on empty tables."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice model compile --select silver.orders"})
public final class ModelCompileCommand implements Callable<Integer> {
    @Mixin
    private ModelsOption models = new ModelsOption();

    @Mixin
    private SelectOption select = new SelectOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<Model> selected = select.of(models.load());
        ObjectNode json = new ObjectMapper().createObjectNode();
        for (Model model : selected) {
            if (output.json()) {
                json.put(model.name(), model.sql());
            } else {
                out.printf("-- %s, from %s%n%s%n%n", model.name(), model.sqlFile(), model.sql());
            }
        }
        if (output.json()) {
            out.println(json);
        }
        return ExitCodes.OK;
    }
}
