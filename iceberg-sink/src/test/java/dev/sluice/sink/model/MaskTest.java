package dev.sluice.sink.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaskTest {
    private static final Instant DAY = Instant.parse("2026-03-01T00:00:00Z");
    private static final String YML = """
            sources:
              - name: bronze
                tables:
                  - name: orders
                    columns:
                      - {name: order_id, data_type: varchar}
                      - {name: customer_id, data_type: bigint}
                      - {name: customer_email, data_type: varchar}
                      - {name: order_version, data_type: integer}
            models:
              - name: orders
                config: {materialized: incremental, incremental: delta, unique_key: order_id, order_by: order_version}
                columns:
                  - {name: order_id, data_type: varchar}
                  - {name: order_version, data_type: integer, tests: [expression: {name: small, condition: order_version < 5}]}
                  - {name: email, data_type: varchar, mask: email_domain}
                  - {name: whole, data_type: varchar, mask: redact}
                  - {name: customer_id, data_type: bigint, mask: redact}
            """;
    private static final String SQL = """
            SELECT CAST(o.order_id AS varchar) AS order_id, CAST(o.order_version AS integer) AS order_version,
                CAST(CASE o.order_version WHEN 3 THEN 'no address' WHEN 4 THEN NULL ELSE o.customer_email END AS varchar) AS email,
                CAST(o.customer_email AS varchar) AS whole, CAST(o.customer_id AS bigint) AS customer_id
            FROM {{ ref('bronze.orders') }} AS o
            -- everybody
            """;

    @TempDir
    Path folder;

    @Test
    void masked_values_are_in_no_row_not_even_in_a_rejected_one() throws IOException {
        Path silver = Files.createDirectories(folder.resolve("models/silver"));
        Files.writeString(silver.resolve("schema.yml"), YML);
        Files.writeString(silver.resolve("orders.sql"), SQL);
        ModelSet models = ModelSet.load(folder.resolve("models"));
        try (Lake lake = Lake.create(folder)) {
            lake.land(List.of(
                    OrderEvent.of("a", "PLACED", 1, DAY),
                    OrderEvent.of("b", "PLACED", 3, DAY),
                    OrderEvent.of("c", "PLACED", 4, DAY),
                    OrderEvent.of("d", "PLACED", 9, DAY)));
            lake.engine().run(models);

            assertThat(lake.row("silver.orders", "a"))
                    .containsEntry("email", "example.com")
                    .containsEntry("whole", "***")
                    .containsEntry("customer_id", null);
            assertThat(lake.row("silver.orders", "b")).containsEntry("email", "***");
            assertThat(lake.row("silver.orders", "c")).containsEntry("email", null);
            assertThat(lake.rows("silver.orders__rejected"))
                    .singleElement()
                    .asString()
                    .contains("order_id=d", "email=example.com", "whole=***")
                    .doesNotContain("7@example.com");
        }
    }
}
