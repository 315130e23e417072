package dev.sluice.sink.model.trino;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrinoSqlTest {
    private static final Map<String, String> ORDERS = Map.of("\"silver\".\"orders\"", "\"ref\"");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            CAST(a AS timestamp with time zone)           | CAST(a AS timestamp(6) with time zone)
            CAST(a AS TIMESTAMP)                          | CAST(a AS timestamp(6))
            TRY_CAST ( a AS timestamptz )                 | TRY_CAST ( a AS timestamp(6) with time zone )
            CAST(CAST(a AS text) AS time)                 | CAST(CAST(a AS varchar) AS time(6))
            CAST(f(a, b) AS float)                        | CAST(f(a, b) AS real)
            CAST(a AS timestamp(3))                       | CAST(a AS timestamp(3))
            CAST(a AS decimal(18, 2))                     | CAST(a AS decimal(18, 2))
            a AS timestamp                                | a AS timestamp
            o.timestamp                                   | o.timestamp
            CAST(timestamp AS varchar)                    | CAST(timestamp AS varchar)
            TIMESTAMP '2026-03-01 00:00:00'               | TIMESTAMP '2026-03-01 00:00:00'
            'CAST(a AS timestamp)'                        | 'CAST(a AS timestamp)'
            "CAST(a AS timestamp)"                        | "CAST(a AS timestamp)"
            CAST(a /* AS text */ AS /* so */ text)        | CAST(a /* AS text */ AS /* so */ varchar)
            """)
    void a_type_without_a_precision_gets_that_of_the_tables(String sql, String expected) {
        assertThat(TrinoSql.of(sql)).isEqualTo(expected);
    }

    @Test
    void bytes_that_are_no_text_are_null() {
        assertThat(TrinoSql.of("COALESCE(a, from_utf8(o.k))"))
                .isEqualTo("COALESCE(a, (CASE WHEN to_utf8(from_utf8(o.k)) = (o.k) THEN from_utf8(o.k) END))");
        assertThat(TrinoSql.of("'from_utf8(a)' || from_utf8")).isEqualTo("'from_utf8(a)' || from_utf8");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            FROM "silver"."orders" AS o             | FROM "ref" AS o
            FROM "silver"."orders" o                | FROM "ref" o
            FROM "silver"."orders"                  | FROM "ref" AS "orders"
            FROM "silver"."orders" WHERE a          | FROM "ref" AS "orders" WHERE a
            FROM "silver"."orders", x               | FROM "ref" AS "orders", x
            (SELECT * FROM "silver"."orders")       | (SELECT * FROM "ref" AS "orders")
            FROM "silver"."orders" -- AS o          | FROM "ref" AS "orders" -- AS o
            FROM "silver"."orders" LEFT JOIN x      | FROM "ref" AS "orders" LEFT JOIN x
            FROM "silver"."orders" "of us"          | FROM "ref" "of us"
            SELECT '"silver"."orders"'              | SELECT '"silver"."orders"'
            FROM "gold"."orders"                    | FROM "gold"."orders"
            """)
    void a_ref_keeps_the_name_that_the_columns_are_called_by(String sql, String expected) {
        assertThat(TrinoSql.of(sql, ORDERS)).isEqualTo(expected);
    }
}
