package dev.sluice.sink.duck;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.apache.iceberg.Schema;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.types.Types;
import org.duckdb.DuckDBAppender;

/**
 * Rows of Iceberg data files as a relation. Columns are found by field id, so files written before a column was added,
 * widened or renamed read as the table's schema says; a column that the table does not have is null. Deleted positions
 * are left out.
 */
public final class FileRelation {
    /** The ordinal of the data file in {@link #files()}. */
    public static final String FILE = "_sluice_file";
    /** The row's position in its data file. */
    public static final String POSITION = "_sluice_pos";
    /** The sequence of the data file. */
    public static final String SEQUENCE = "_sluice_seq";

    private static final String AT_POSITION = " d ON d.f = r.file_index AND d.p = r.file_row_number";

    private final List<FileRows> files;
    private final String plain;
    private final String located;

    private FileRelation(List<FileRows> files, String plain, String located) {
        this.files = files;
        this.plain = plain;
        this.located = located;
    }

    /**
     * Prepares the relation in an instance.
     *
     * @param name a name for temporary tables, unique in the instance
     */
    public static FileRelation create(
            DuckDb db,
            LocalFiles local,
            FileIO io,
            String name,
            Schema table,
            List<Column> columns,
            List<FileRows> rows)
            throws SQLException {
        List<FileRows> files = new ArrayList<>();
        rows.stream().filter(file -> !file.filtered()).forEach(files::add);
        int whole = files.size();
        rows.stream().filter(file -> file.except().isPresent()).forEach(files::add);
        int reduced = files.size();
        rows.stream().filter(file -> file.only().isPresent()).forEach(files::add);

        Reader reader = new Reader(local, io, table, columns, files);
        List<String> plain = new ArrayList<>();
        List<String> located = new ArrayList<>();
        reader.scan(0, whole, "", plain, located);
        if (reduced > whole) {
            List<FileRows> part = files.subList(whole, reduced);
            String filter = "WHERE " + DeletedBits.live(db, name + "_live", part);
            reader.scan(whole, reduced, filter, plain, located);
        }
        if (files.size() > reduced) {
            List<FileRows> part = files.subList(reduced, files.size());
            String only = positions(db, name + "_only", part, part::indexOf);
            reader.scan(reduced, files.size(), "SEMI JOIN " + only + AT_POSITION, plain, located);
        }
        if (files.isEmpty()) {
            plain.add(empty(columns));
            located.add(reader.nothingLocated());
        }
        return new FileRelation(files, String.join(" UNION ALL ", plain), String.join(" UNION ALL ", located));
    }

    /** A SELECT of the columns that returns no row. */
    public static String empty(List<Column> columns) {
        return "SELECT "
                + SqlText.list(
                        columns,
                        column -> "CAST(NULL AS %s) AS %s"
                                .formatted(DuckTypes.of(column.type()), SqlText.name(column.name())))
                + " WHERE false";
    }

    /** A SELECT of the columns. */
    public String select() {
        return plain;
    }

    /** A SELECT of the columns, {@link #FILE}, {@link #POSITION} and {@link #SEQUENCE}. */
    public String selectLocated() {
        return located;
    }

    /** The files, in the order that {@link #FILE} counts. */
    public List<FileRows> files() {
        return files;
    }

    /**
     * Loads the positions of files into a temporary table with the columns {@code f} and {@code p}.
     *
     * @param fileId the value of {@code f} for a file
     * @return the table's name, quoted
     */
    public static String positions(DuckDb db, String table, List<FileRows> files, ToLongFunction<FileRows> fileId)
            throws SQLException {
        db.execute("CREATE TEMP TABLE %s (f UBIGINT, p BIGINT)".formatted(SqlText.name(table)));
        try (DuckDBAppender appender = db.appender(table)) {
            for (FileRows file : files) {
                long id = fileId.applyAsLong(file);
                file.except()
                        .or(file::only)
                        .ifPresent(index -> index.forEach(position -> append(appender, id, position)));
            }
        }
        return SqlText.name(table);
    }

    private static void append(DuckDBAppender appender, long file, long position) {
        try {
            appender.beginRow();
            appender.append(file);
            appender.append(position);
            appender.endRow();
        } catch (SQLException e) {
            throw new IllegalStateException("Appender refused a position", e);
        }
    }

    private record Reader(LocalFiles local, FileIO io, Schema table, List<Column> columns, List<FileRows> files) {

        void scan(int from, int to, String filter, List<String> plain, List<String> located) {
            if (from == to) {
                return;
            }
            List<FileRows> part = files.subList(from, to);
            String paths = SqlText.list(
                    part,
                    file -> SqlText.literal(local.read(io, file.location()).toString()));
            String scan = "read_parquet([%s], schema = MAP {%s}, hive_partitioning = false)".formatted(paths, fields());
            String filtered = scan;
            if (!filter.isEmpty()) {
                filtered = "(SELECT *, file_index, file_row_number FROM " + scan + ") r " + filter;
            }
            plain.add("SELECT " + SqlText.list(columns, this::shown) + " FROM " + filtered);
            String sequences = SqlText.list(part, file -> Long.toString(file.sequence()));
            located.add(
                    "SELECT %s, CAST(file_index AS INTEGER) + %d AS %s, file_row_number AS %s, ([%s])[CAST(file_index AS BIGINT) + 1] AS %s FROM %s"
                            .formatted(
                                    SqlText.list(columns, this::shown),
                                    from,
                                    FILE,
                                    POSITION,
                                    sequences,
                                    SEQUENCE,
                                    filtered));
        }

        private String shown(Column column) {
            String name = SqlText.name(column.name());
            Types.NestedField field = table.findField(column.name());
            if (field == null) {
                return "CAST(NULL AS %s) AS %s".formatted(DuckTypes.of(column.type()), name);
            }
            return field.type().isPrimitiveType() && !field.type().equals(column.type())
                    ? "CAST(%s AS %s) AS %s".formatted(name, DuckTypes.of(column.type()), name)
                    : name;
        }

        private String fields() {
            List<Column> known = columns.stream()
                    .filter(column -> table.findField(column.name()) != null)
                    .toList();
            if (known.isEmpty()) {
                // A scan needs one column, or it reads the files' own.
                Types.NestedField any = table.columns().get(0);
                return field(any.fieldId(), any.name(), DuckTypes.of(any.type()));
            }
            return SqlText.list(known, column -> {
                Types.NestedField field = table.findField(column.name());
                String type = DuckTypes.of(field.type().isPrimitiveType() ? field.type() : column.type());
                return field(field.fieldId(), column.name(), type);
            });
        }

        private static String field(int id, String name, String type) {
            return "%d: {name: %s, type: %s, default_value: NULL}"
                    .formatted(id, SqlText.literal(name), SqlText.literal(type));
        }

        String nothingLocated() {
            return "SELECT *, CAST(NULL AS INTEGER) AS %s, CAST(NULL AS BIGINT) AS %s, CAST(NULL AS BIGINT) AS %s FROM (%s)"
                    .formatted(FILE, POSITION, SEQUENCE, empty(columns));
        }
    }
}
