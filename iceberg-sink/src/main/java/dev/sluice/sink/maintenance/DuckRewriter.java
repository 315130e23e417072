package dev.sluice.sink.maintenance;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.duck.Column;
import dev.sluice.sink.duck.DataFileWriter;
import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.DuckDbSettings;
import dev.sluice.sink.duck.FileRelation;
import dev.sluice.sink.duck.FileRows;
import dev.sluice.sink.duck.LocalFiles;
import dev.sluice.sink.duck.SqlText;
import dev.sluice.sink.merge.Stamp;
import dev.sluice.sink.merge.TableFiles.LiveFile;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type.TypeID;

/** Rewrites with DuckDB, as the models' tables are written; several times as fast as row by row. */
public final class DuckRewriter implements GroupRewriter {
    private static final Set<TypeID> TYPES = EnumSet.of(
            TypeID.BOOLEAN,
            TypeID.INTEGER,
            TypeID.LONG,
            TypeID.FLOAT,
            TypeID.DOUBLE,
            TypeID.DATE,
            TypeID.TIME,
            TypeID.STRING,
            TypeID.UUID,
            TypeID.BINARY,
            TypeID.TIMESTAMP,
            TypeID.DECIMAL);
    private static final String ROW_ID = MetadataColumns.ROW_ID.name();
    private static final String CHANGED = MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER.name();

    private final DuckDbSettings settings;
    private final Path workFolder;

    /**
     * A rewriter.
     *
     * @param workFolder for copies of files that are not local; nothing in it is kept
     */
    public DuckRewriter(DuckDbSettings settings, Path workFolder) {
        this.settings = settings;
        this.workFolder = workFolder;
    }

    /** Whether the table is a model's, with columns that DuckDB reads and writes without loss. */
    static boolean suits(Table table) {
        return table.properties().containsKey(Stamp.MODEL)
                && table.schema().columns().stream()
                        .allMatch(field -> TYPES.contains(field.type().typeId()) && field.initialDefault() == null);
    }

    @Override
    public List<DataFile> rewrite(Table table, FileGroup group, String fileName) {
        if (group.rows() == group.deletedRows()) {
            return List.of();
        }
        PartitionSpec spec = Objects.requireNonNull(table.specs().get(group.specId()));
        try (LocalFiles local = new LocalFiles(workFolder.resolve(fileName));
                DuckDb db = DuckDb.open(settings)) {
            Schema schema = RecordRewriter.schema(table);
            List<Column> columns = schema.columns().stream()
                    .map(field -> new Column(field.name(), field.type()))
                    .toList();
            List<FileRows> rows =
                    group.files().stream().map(live -> rows(table, live)).toList();
            FileRelation relation = FileRelation.create(db, local, table.io(), "sluice_group", schema, columns, rows);
            return List.of(new DataFileWriter(db, local)
                    .writeOne(
                            table,
                            spec,
                            group.partition(),
                            select(relation, group, columns),
                            schema,
                            fileName + ".parquet"));
        } catch (SQLException e) {
            throw new SluiceException(
                    ErrorCode.STORAGE_FAILED,
                    "[%s] Cannot rewrite %d data files: %s"
                            .formatted(table.name(), group.files().size(), e.getMessage()),
                    e);
        }
    }

    private static FileRows rows(Table table, LiveFile live) {
        Long sequence = live.file().dataSequenceNumber();
        return FileRows.except(
                live.file().location(),
                live.file().fileSizeInBytes(),
                live.file().recordCount(),
                sequence == null ? 0 : sequence,
                RecordRewriter.deleted(table, live));
    }

    /** In the order of the group's files, each row with what is known of it by its place in its file. */
    private static String select(FileRelation relation, FileGroup group, List<Column> columns) {
        Map<String, LiveFile> byLocation = new HashMap<>();
        Map<String, Integer> ranks = new HashMap<>();
        for (LiveFile live : group.files()) {
            byLocation.put(live.file().location(), live);
            ranks.put(live.file().location(), ranks.size());
        }
        String firstRowId = perFile(relation, file -> {
            LiveFile live = byLocation.get(file.location());
            return live == null || live.file().firstRowId() == null
                    ? "CAST(NULL AS BIGINT)"
                    : Long.toString(live.file().firstRowId());
        });
        List<String> shown = new ArrayList<>();
        for (Column column : columns) {
            String name = SqlText.name(column.name());
            if (column.name().equals(ROW_ID)) {
                shown.add("coalesce(%1$s, %2$s + %3$s) AS %1$s".formatted(name, firstRowId, FileRelation.POSITION));
            } else if (column.name().equals(CHANGED)) {
                shown.add("coalesce(%1$s, %2$s) AS %1$s".formatted(name, FileRelation.SEQUENCE));
            } else {
                shown.add(name);
            }
        }
        String rank = perFile(relation, file -> Integer.toString(ranks.getOrDefault(file.location(), 0)));
        return "SELECT %s FROM (%s) ORDER BY %s, %s"
                .formatted(String.join(", ", shown), relation.selectLocated(), rank, FileRelation.POSITION);
    }

    private static String perFile(FileRelation relation, Function<FileRows, String> value) {
        return "([%s])[%s + 1]".formatted(SqlText.list(relation.files(), value), FileRelation.FILE);
    }
}
