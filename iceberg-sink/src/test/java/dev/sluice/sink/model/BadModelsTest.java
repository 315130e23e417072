package dev.sluice.sink.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BadModelsTest {
    private static final String SQL = """
            SELECT
                CAST(s.id AS varchar) AS id,
                CAST(s.v AS bigint) AS v
            FROM {{ ref('raw.things') }} AS s
            """;
    private static final String YML = """
            models:
              - name: things
                config:
                  materialized: incremental
                  incremental: delta
                  unique_key: [id]
                  order_by: [v]
                columns:
                  - name: id
                    data_type: varchar
                  - name: v
                    data_type: bigint
            sources:
              - name: raw
                tables:
                  - name: things
                    columns:
                      - {name: id, data_type: varchar}
                      - {name: v, data_type: bigint}
            """;

    @TempDir
    Path folder;

    private void write(String sql, String yml) throws IOException {
        Path layer = Files.createDirectories(folder.resolve("silver"));
        Files.writeString(layer.resolve("things.sql"), sql);
        Files.writeString(layer.resolve("schema.yml"), yml);
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                yml(
                        "unknown key",
                        "things\n    config",
                        "things\n    ownr: me\n    config",
                        "schema.yml:3",
                        "unknown key",
                        "ownr"),
                yml("unknown config", "order_by: [v]", "order_bye: [v]", "schema.yml:7", "unknown key", "order_bye"),
                yml("unknown incremental", "incremental: delta", "incremental: deltas", "schema.yml:5", "deltas"),
                yml("unknown type", "data_type: bigint", "data_type: bigintt", "schema.yml:12", "column v", "bigintt"),
                yml("malformed type", "data_type: bigint", "data_type: decimal(10", "schema.yml:12", "expected ','"),
                yml("key not a column", "unique_key: [id]", "unique_key: [idd]", "schema.yml:6", "unique_key", "idd"),
                yml("no order", "      order_by: [v]\n", "", "schema.yml:4", "order_by is missing"),
                yml(
                        "unknown test",
                        "data_type: bigint\nsources",
                        "data_type: bigint\n        tests: [nice]\nsources",
                        "schema.yml:13",
                        "nice"),
                yml(
                        "unknown merge",
                        "data_type: bigint\nsources",
                        "data_type: bigint\n        merge: avg\nsources",
                        "schema.yml:13",
                        "avg"),
                yml(
                        "extra declared column",
                        "data_type: bigint\nsources",
                        "data_type: bigint\n      - {name: w, data_type: bigint}\nsources",
                        "things.sql",
                        "declared column w is not produced"),
                yml(
                        "other type declared",
                        "data_type: bigint\nsources",
                        "data_type: integer\nsources",
                        "things.sql",
                        "column v",
                        "expected INTEGER, found BIGINT"),
                yml(
                        "unknown mask",
                        "data_type: bigint\nsources",
                        "data_type: bigint\n        mask: hash\nsources",
                        "schema.yml:13",
                        "hash"),
                yml(
                        "mask of texts on a number",
                        "data_type: bigint\nsources",
                        "data_type: bigint\n      - {name: w, data_type: bigint, mask: email_domain}\nsources",
                        "schema.yml:13",
                        "expected redact"),
                yml(
                        "masked key",
                        "data_type: varchar\n      - name: v",
                        "data_type: varchar\n        mask: redact\n      - name: v",
                        "schema.yml:6",
                        "found a mask on id"),
                yml(
                        "lookback without a unit",
                        "order_by: [v]",
                        "order_by: [v]\n      lookback: 3",
                        "schema.yml:8",
                        "such as 30m"),
                yml(
                        "lookback of a whole table",
                        "incremental: delta",
                        "incremental: full\n      lookback: 3h",
                        "schema.yml:6",
                        "every run reads everything"),
                yml("not YAML", "models:", "models: [", "schema.yml", "Cannot read YAML"),
                yml(
                        "key column folded",
                        "data_type: varchar\n      - name: v",
                        "data_type: varchar\n        merge: min\n      - name: v",
                        "schema.yml:6",
                        "merged as newest"),
                yml("two of a column", "- name: v", "- name: id", "schema.yml:11", "column id is there twice"),
                sql("a cast with colons", "CAST(s.v AS bigint)", "s.v::bigint", "things.sql:3", "CAST", "::"),
                sql("no cast", "CAST(s.v AS bigint)", "s.v", "things.sql:3", "output column v without CAST"),
                sql("an integer division", "s.v AS", "s.v / 2 AS", "things.sql:3", "CAST(a AS double) / b", "/ on"),
                sql("QUALIFY", "AS s\n", "AS s QUALIFY row_number() OVER () = 1\n", "things.sql:4", "QUALIFY"),
                sql("arg_max", "s.v AS", "arg_max(s.v, s.v) AS", "things.sql:3", "expected max_by", "arg_max"),
                sql("greatest", "s.v AS", "greatest(s.v, 1) AS", "things.sql:3", "nulls", "greatest"),
                sql("concat", "s.id AS", "concat(s.id, 'x') AS", "things.sql:2", "a || b", "concat"),
                sql("a lambda", "s.v AS", "len(list_filter([s.v], lambda x: x > 0)) AS", "things.sql:3", "alike"),
                sql("GROUP BY ALL", "AS s\n", "AS s GROUP BY ALL\n", "things.sql", "GROUP BY ALL"),
                sql("date_diff", "s.v AS", "date_diff('day', DATE '2026-01-01', DATE '2026-01-02') AS", "things.sql:3"),
                yml(
                        "a test's typo",
                        "data_type: bigint\nsources",
                        "data_type: bigint\n        tests:\n          - distribution: {max_deviatoin: 3}\nsources",
                        "schema.yml:14",
                        "max_deviatoin"),
                yml(
                        "a test of no column",
                        "    columns:\n      - name: id",
                        "    tests:\n      - expression: {condition: \"w > 0\"}\n    columns:\n      - name: id",
                        "schema.yml:9",
                        "Cannot compile test expression(w > 0) of silver.things"),
                yml(
                        "a test against nothing",
                        "data_type: bigint\nsources",
                        "data_type: bigint\n        tests:\n          - relationships: {to: \"ref('silver.no')\", field: x}\nsources",
                        "schema.yml:14",
                        "Cannot find ref",
                        "silver.no"),
                sql("unknown ref", "raw.things", "raw.thing", "things.sql:4", "expected one of", "raw.thing"),
                sql("cycle", "raw.things", "silver.things", "things.sql", "silver.things -> silver.things"),
                sql(
                        "no ref",
                        "{{ ref('raw.things') }} AS s",
                        "(SELECT 'a' AS id, 1 AS v) AS s",
                        "things.sql",
                        "no {{ ref"),
                sql("not a ref", "ref('raw.things')", "source('raw')", "things.sql:4", "found source('raw')"),
                sql("syntax", "FROM", "FRM", "things.sql:4", "Cannot compile model silver.things"),
                sql("unknown column", "s.v", "s.vv", "things.sql:3", "vv"),
                sql("undeclared column", "AS v\n", "AS v, CAST(1 AS bigint) AS w\n", "things.sql", "not declared", "w"),
                sql("no select", "SELECT", "CREATE TABLE x AS SELECT", "things.sql", "Only SELECT"),
                sql("two statements", "AS s\n", "AS s; SELECT 2\n", "things.sql", "found 2 statements"),
                sql(
                        "reads a file",
                        "AS s\n",
                        "AS s, read_csv('/etc/passwd')\n",
                        "things.sql:4",
                        "table function",
                        "read_csv"),
                sql(
                        "reads a table without ref",
                        "AS s\n",
                        "AS s, raw.others\n",
                        "things.sql:4",
                        "without ref",
                        "raw.others"));
    }

    private static Arguments yml(String name, String from, String to, String... expected) {
        return Arguments.of(name, SQL, YML.replace(from, to), expected);
    }

    private static Arguments sql(String name, String from, String to, String... expected) {
        return Arguments.of(name, SQL.replace(from, to), YML, expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void is_told_with_its_place(String name, String sql, String yml, String[] expected) throws IOException {
        assertThat(sql + yml).as("the mistake is in").isNotEqualTo(SQL + YML);
        write(sql, yml);
        SluiceException error = catchThrowableOfType(SluiceException.class, () -> ModelSet.load(folder));

        assertThat(error).as(name).isNotNull();
        assertThat(error.code()).isEqualTo(ErrorCode.MODEL_INVALID);
        assertThat(error.getMessage()).contains(expected);
    }

    @Test
    void the_model_without_mistakes_loads() throws IOException {
        write(SQL + ";\n-- the end", YML);
        assertThat(ModelSet.load(folder).models()).extracting(Model::name).containsExactly("silver.things");
    }

    @Test
    void a_missing_half_or_folder_is_told() throws IOException {
        write(SQL, "version: 2\n");
        assertThat(catchThrowableOfType(SluiceException.class, () -> ModelSet.load(folder)))
                .hasMessageContaining("it is not declared");
        write(SQL, YML);
        Files.delete(folder.resolve("silver/things.sql"));
        assertThat(catchThrowableOfType(SluiceException.class, () -> ModelSet.load(folder)))
                .hasMessageContaining("its SQL is missing");
        assertThat(catchThrowableOfType(SluiceException.class, () -> ModelSet.load(folder.resolve("none"))))
                .hasMessageContaining("no such folder");
    }
}
