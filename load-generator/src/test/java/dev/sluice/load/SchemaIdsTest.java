package dev.sluice.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.orders.OrderSchemas;
import org.junit.jupiter.api.Test;

class SchemaIdsTest {
    private final FakeRegistry registry = new FakeRegistry();
    private final LoadSpec clean = LoadSpec.defaults().withFaults(Faults.none());

    @Test
    void a_load_with_malformed_records_registers_all_three_schemas_under_backward_compatibility() {
        SchemaIds ids = SchemaIds.register(registry, LoadSpec.defaults());
        assertThat(ids).isEqualTo(new SchemaIds(101, 102, 103));
        assertThat(registry.registered())
                .containsExactly(OrderSchemas.v1(), OrderSchemas.v2(), LoosenedSchema.schema());
    }

    @Test
    void registering_again_changes_nothing() {
        SchemaIds first = SchemaIds.register(registry, LoadSpec.defaults());
        assertThat(SchemaIds.register(registry, LoadSpec.defaults())).isEqualTo(first);
        assertThat(registry.registered()).hasSize(3);
    }

    @Test
    void a_clean_load_of_version_1_leaves_version_2_to_a_later_one() {
        SchemaIds.register(registry, clean.withSchemaMix(SchemaMix.parse("v1:100")));
        assertThat(registry.registered()).containsExactly(OrderSchemas.v1());
        SchemaIds.register(registry, clean.withSchemaMix(SchemaMix.parse("v2:100")));
        assertThat(registry.registered()).containsExactly(OrderSchemas.v1(), OrderSchemas.v2());
    }

    @Test
    void a_load_with_malformed_records_after_clean_ones_still_works() {
        SchemaIds.register(registry, clean);
        assertThat(SchemaIds.register(registry, LoadSpec.defaults()).loosened()).isEqualTo(103);
    }
}
