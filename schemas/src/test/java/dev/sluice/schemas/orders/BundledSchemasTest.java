package dev.sluice.schemas.orders;

import static org.apache.avro.SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.junit.jupiter.api.Test;

class BundledSchemasTest {
    @Test
    void ordersHaveTheFieldsOfTheContractInItsOrder() {
        assertThat(OrderSchemas.v1().getFullName()).isEqualTo("dev.sluice.orders.OrderEvent");
        assertThat(names(OrderSchemas.v1()))
                .containsExactly(
                        "event_id",
                        "order_id",
                        "customer_id",
                        "event_type",
                        "order_version",
                        "amount_cents",
                        "currency",
                        "country",
                        "customer_email",
                        "event_time",
                        "items");
        assertThat(OrderSchemas.v1().getField("event_type").schema().getEnumSymbols())
                .containsExactly("PLACED", "PAID", "SHIPPED", "DELIVERED", "CANCELLED", "REFUNDED");
        assertThat(names(OrderSchemas.v1().getField("items").schema().getElementType()))
                .containsExactly("sku", "quantity", "unit_price_cents");
        assertThat(OrderSchemas.v1()
                        .getField("event_time")
                        .schema()
                        .getLogicalType()
                        .getName())
                .isEqualTo("timestamp-micros");
    }

    @Test
    void versionTwoAddsTheChannelAtTheEnd() {
        assertThat(names(OrderSchemas.v2()))
                .startsWith(names(OrderSchemas.v1()).toArray(String[]::new))
                .hasSize(12)
                .endsWith("channel");
    }

    @Test
    void eitherVersionReadsTheOther() {
        assertThat(compatibility(OrderSchemas.v2(), OrderSchemas.v1())).isEqualTo(COMPATIBLE);
        assertThat(compatibility(OrderSchemas.v1(), OrderSchemas.v2())).isEqualTo(COMPATIBLE);
    }

    @Test
    void customersHaveTheFieldsOfTheContractInItsOrder() {
        assertThat(names(CustomerSchemas.v1()))
                .containsExactly("customer_id", "name", "email", "segment", "country", "updated_at");
    }

    @Test
    void everyFieldIsDocumented() {
        assertThat(Stream.of(OrderSchemas.v1(), OrderSchemas.v2(), CustomerSchemas.v1())
                        .flatMap(schema -> schema.getFields().stream()))
                .allSatisfy(field -> assertThat(field.doc()).as(field.name()).isNotBlank());
    }

    private static List<String> names(Schema schema) {
        return schema.getFields().stream().map(Schema.Field::name).toList();
    }

    private static SchemaCompatibility.SchemaCompatibilityType compatibility(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getType();
    }
}
