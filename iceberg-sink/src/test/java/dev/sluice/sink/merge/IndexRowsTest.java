package dev.sluice.sink.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sink.duck.DuckDb;
import dev.sluice.sink.duck.DuckDbSettings;
import dev.sluice.sink.duck.DuckTypes;
import dev.sluice.sink.duck.SqlText;
import dev.sluice.sink.index.IndexTag;
import dev.sluice.sink.index.KeyStore;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values of all types come out of an index as they went in; DuckDB itself compares them. */
class IndexRowsTest {
    private static final int ROWS = 3000;
    /** What could be taken for something else where values become text. */
    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "NULL",
            "null",
            "'",
            "''",
            "\"",
            "\\",
            "\\\"",
            "a,b",
            "[x]",
            "{'k': 1}",
            "k=v",
            "(1, 2)",
            "\n",
            "\t ",
            " x ",
            "é",
            "日本",
            "😀",
            "\\xAA",
            "true",
            "1",
            "\u0001");

    private static final List<Type> TYPES = List.of(
            Types.StringType.get(),
            Types.BooleanType.get(),
            Types.IntegerType.get(),
            Types.LongType.get(),
            Types.FloatType.get(),
            Types.DoubleType.get(),
            Types.DecimalType.of(9, 2),
            Types.DecimalType.of(38, 10),
            Types.DateType.get(),
            Types.TimeType.get(),
            Types.TimestampType.withZone(),
            Types.TimestampType.withoutZone(),
            Types.UUIDType.get(),
            Types.BinaryType.get(),
            Types.ListType.ofOptional(101, Types.StringType.get()),
            Types.StructType.of(
                    Types.NestedField.optional(102, "text", Types.StringType.get()),
                    Types.NestedField.optional(103, "Odd name", Types.DoubleType.get()),
                    Types.NestedField.optional(
                            104, "inner", Types.ListType.ofOptional(105, Types.TimestampType.withZone()))),
            Types.MapType.ofOptional(106, 107, Types.StringType.get(), Types.BinaryType.get()));

    @TempDir
    Path folder;

    private final Random random = new Random(2026);
    private final MergeSpec spec = spec();
    private DuckDb db;
    private KeyStore store;
    private IndexRows rows;

    /** Half of the columns of each type are looked up, half are the rest. */
    private static MergeSpec spec() {
        List<MergeColumn> columns = new ArrayList<>();
        columns.add(new MergeColumn("key", Types.StringType.get(), Fold.NEWEST));
        for (int i = 0; i < TYPES.size(); i++) {
            columns.add(new MergeColumn("max " + i, TYPES.get(i), Fold.MAX));
            columns.add(new MergeColumn("rest " + i, TYPES.get(i), Fold.NEWEST));
        }
        return new MergeSpec(columns, List.of("key"), List.of(), Tie.INCOMING_EVEN_OLDER);
    }

    @BeforeEach
    void fill() throws SQLException, IOException {
        db = DuckDb.open(new DuckDbSettings("500MB", 2, folder.resolve("spill")));
        db.execute("CREATE TEMP TABLE sent (%s)"
                .formatted(SqlText.list(
                        spec.columns(), column -> SqlText.name(column.name()) + " " + DuckTypes.of(column.type()))));
        for (int from = 0; from < ROWS; from += 500) {
            List<String> values = new ArrayList<>();
            for (int row = from; row < from + 500; row++) {
                String key = SqlText.literal("key " + row);
                values.add("(" + key
                        + SqlText.join(
                                spec.columns().subList(1, spec.columns().size()),
                                "",
                                column -> ", " + value(column.type()))
                        + ")");
            }
            db.execute("INSERT INTO sent VALUES " + String.join(", ", values));
        }
        db.execute("CREATE TEMP TABLE located AS SELECT *, 0 AS _sluice_file, rowid AS _sluice_pos FROM sent");
        store = KeyStore.open(folder.resolve("index")).orElseThrow();
        rows = new IndexRows(db, new IndexLayout(spec), store);
        int[] files = {rows.file("file", "")};
        rows.enter("SELECT *, rowid AS n FROM located", "n", ROWS, files);
        rows.flush();
        store.commit(new IndexTag("table", "layout", 1));
        // What is there on opening is read in another way than what was just written.
        store.close();
        store = KeyStore.open(folder.resolve("index")).orElseThrow();
        rows = new IndexRows(db, new IndexLayout(spec), store);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        db.close();
    }

    private String value(Type type) {
        if (random.nextInt(5) == 0) {
            return "NULL";
        }
        return switch (type.typeId()) {
            case STRING -> SqlText.literal(text());
            case BOOLEAN -> Boolean.toString(random.nextBoolean());
            case INTEGER -> Integer.toString(random.nextInt(4) == 0 ? Integer.MIN_VALUE : random.nextInt());
            case LONG -> random.nextInt(4) == 0 ? "(-9223372036854775807 - 1)" : Long.toString(random.nextLong());
            case FLOAT -> one("-0.0", "'nan'", "'-infinity'", "1.1", "3.4028235e38", "1e-45", "0.1") + "::FLOAT";
            case DOUBLE -> one("-0.0", "'nan'", "'infinity'", "0.1", "5e-324", "1.7976931348623157e308") + "::DOUBLE";
            case DECIMAL -> {
                Types.DecimalType decimal = (Types.DecimalType) type;
                yield "'%s%d.%02d'::%s"
                        .formatted(
                                random.nextBoolean() ? "-" : "",
                                random.nextInt(9999999),
                                random.nextInt(100),
                                DuckTypes.of(decimal));
            }
            case DATE -> one("'1969-12-31'", "'0001-01-01'", "'9999-12-31'", "'2026-02-28'") + "::DATE";
            case TIME -> one("'00:00:00'", "'23:59:59.999999'", "'12:34:56.000001'") + "::TIME";
            case TIMESTAMP ->
                one(
                                "'1969-12-31 23:59:59.999999'",
                                "'0001-01-01'",
                                "'9999-12-31 23:59:59.999999'",
                                "'2026-03-29 02:30:00.5'")
                        + "::" + DuckTypes.of(type);
            case UUID -> "uuid()";
            case BINARY -> one("''", "'\\x00\\xFF'", "'abc'", "'\\x5C\\x27'") + "::BLOB";
            case LIST -> "[%s, %s]::%s".formatted(inner(type), inner(type), DuckTypes.of(type));
            case STRUCT ->
                "{'text': %s, 'Odd name': %s, 'inner': [%s, NULL]}::%s"
                        .formatted(
                                value(Types.StringType.get()),
                                value(Types.DoubleType.get()),
                                value(Types.TimestampType.withZone()),
                                DuckTypes.of(type));
            case MAP ->
                "MAP {%s: %s, 'other': %s}::%s"
                        .formatted(
                                SqlText.literal("k" + text()),
                                value(Types.BinaryType.get()),
                                value(Types.BinaryType.get()),
                                DuckTypes.of(type));
            default -> throw new IllegalArgumentException(type.toString());
        };
    }

    private String inner(Type list) {
        return value(list.asListType().elementType());
    }

    private String text() {
        return TEXTS.get(random.nextInt(TEXTS.size())) + TEXTS.get(random.nextInt(TEXTS.size()));
    }

    private String one(String... of) {
        return of[random.nextInt(of.length)];
    }

    @Test
    void every_value_comes_back_as_it_was() throws Exception {
        IndexLayout layout = new IndexLayout(spec);
        db.execute("CREATE TEMP TABLE keys AS SELECT rowid AS id, %s FROM sent".formatted(layout.hashes()));

        rows.find("found", "keys", "id");
        db.execute(
                "CREATE TEMP TABLE wanted AS SELECT k.id, _sluice_high, _sluice_low, _sluice_record FROM found f JOIN keys k ON f.id = k.id");
        rows.rests("rests", "wanted", "id");

        String back = "SELECT r.id%s%s FROM found f JOIN rests r ON f.id = r.id"
                .formatted(IndexLayout.decoded(layout.kept(), "f."), IndexLayout.decoded(layout.rest(), "r."));
        for (MergeColumn column : layout.recorded()) {
            String name = SqlText.name(column.name());
            assertThat(db.number(
                            "SELECT count(*) FROM sent s JOIN (%s) b ON b.id = s.rowid WHERE s.%s IS NOT DISTINCT FROM b.%s AND typeof(s.%s) = typeof(b.%s)"
                                    .formatted(back, name, name, name, name)))
                    .as("%s %s", column.name(), column.type())
                    .isEqualTo(ROWS);
        }
        assertThat(db.number("SELECT count(*) FROM found WHERE _sluice_pos = id"))
                .isEqualTo(ROWS);
    }
}
