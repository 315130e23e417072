package dev.sluice.app.ingest;

import dev.sluice.app.config.SourceConfig;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.land.Landed;
import dev.sluice.sink.land.LandingMemory;
import dev.sluice.sink.land.LandingSpec;
import dev.sluice.sink.land.LandingTables;
import dev.sluice.sink.land.PartitionWriter;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.TypeUtil;
import org.jspecify.annotations.Nullable;

/** Where one source lands: its table, and how writers for it are made. Safe for use by several threads. */
final class LandingTarget {
    private static final Pattern LIST_OR_MAP = Pattern.compile("\\.(element|key|value)(?=\\.|$)");

    private final SourceConfig source;
    private final TableIdentifier table;
    private final LandingTables tables;
    private final LandingSpec spec;
    private final InstantSource clock;
    private final LandingMemory dictionaries = new LandingMemory();

    LandingTarget(SourceConfig source, LandingTables tables, long targetFileBytes, InstantSource clock) {
        this.source = source;
        this.table = TableIdentifier.parse(source.table());
        this.tables = tables;
        this.spec = source.landingSpec(targetFileBytes);
        this.clock = clock;
    }

    SourceConfig source() {
        return source;
    }

    /**
     * Creates the table if need be.
     *
     * @param landedBefore whether records of the source were landed into it already
     * @throws SluiceException {@code TABLE_MISSING} when it is gone although they were
     */
    void prepare(BooleanSupplier landedBefore) {
        if (!tables.exists(table) && landedBefore.getAsBoolean()) {
            throw new SluiceException(
                    ErrorCode.TABLE_MISSING,
                    "[" + table + "] Cannot land topic " + source.topic()
                            + ": the catalog has no such table any more, expected the one into which records were landed before. Register the table again if it was dropped by mistake, or give the pipeline another name to land everything anew; see docs/runbooks/stopped-loudly.md.");
        }
        tables.loadOrCreate(table);
    }

    /** Makes the table fit for a writer before its first record is landed, so that a failure harms no open file. */
    void prepare(int schemaId, Schema writer) {
        tables.evolved(table, schemaId, writer);
    }

    /** Whether the table has the column of a rule, whose path leaves out what lists and maps add to it. */
    boolean hasColumn(String path) {
        return TypeUtil.indexByName(tables.loadOrCreate(table).schema().asStruct()).keySet().stream()
                .anyMatch(name -> LIST_OR_MAP.matcher(name).replaceAll("").equals(path) || name.equals(path));
    }

    /** What becomes of every record of a writer whose schema no record may land in; null for all others. */
    Landed.@Nullable Rejected refusal(Schema writer) {
        return spec.pii().refusal(writer);
    }

    PartitionWriter open() {
        return new PartitionWriter(tables, table, spec, clock, dictionaries);
    }

    Map<Integer, PartitionSpec> partitionSpecs() {
        return tables.loadOrCreate(table).specs();
    }
}
