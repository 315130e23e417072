package dev.sluice.app.cli;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.maintenance.MaintainedTable;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The {@code --table} option: one table instead of all. */
final class TablesOption {
    @Option(names = "--table", paramLabel = "NAME", description = "This table only (default: all of the pipeline).")
    private @Nullable String table;

    /**
     * The tables chosen.
     *
     * @throws SluiceException {@code USAGE} for one that the pipeline does not have
     */
    List<MaintainedTable> of(List<MaintainedTable> all) {
        if (table == null) {
            return all;
        }
        List<MaintainedTable> chosen =
                all.stream().filter(one -> one.name().equals(table)).toList();
        if (chosen.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "Cannot maintain table '%s': the pipeline has none of that name, expected one of %s"
                            .formatted(
                                    table,
                                    all.stream().map(MaintainedTable::name).toList()));
        }
        return chosen;
    }
}
