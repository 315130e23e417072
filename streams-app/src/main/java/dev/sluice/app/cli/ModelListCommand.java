package dev.sluice.app.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.Ref;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice model list}. */
@Command(
        name = "list",
        description = "List the models in the order in which they run.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sluice model list --select +revenue_daily -o json"})
public final class ModelListCommand implements Callable<Integer> {
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
        if (output.json()) {
            ArrayNode all = new ObjectMapper().createArrayNode();
            selected.forEach(model -> all.add(ModelText.json(model)));
            out.println(all);
            return ExitCodes.OK;
        }
        TextTable table = TextTable.of("model", "incremental", "unique key", "reads", "tests", "owner", "description");
        selected.forEach(model -> table.row(
                model.name(),
                ModelText.word(model.incremental()),
                String.join(", ", model.uniqueKey()),
                String.join(", ", model.refs().stream().map(Ref::name).toList()),
                model.tests().size(),
                model.owner(),
                model.description()));
        table.lines().forEach(out::println);
        return ExitCodes.OK;
    }
}
