package dev.sluice.load;

import dev.sluice.schemas.orders.OrderSchemas;
import dev.sluice.schemas.registry.SchemaRegistry;

/**
 * The global ids of the writer schemas of a load.
 *
 * @param loosened of the schema that allows an order without a customer, see {@link LoosenedSchema}
 */
public record SchemaIds(int v1, int v2, int loosened) {
    private static final int NOT_NEEDED = 0;

    /**
     * Registers the schemas that the load needs, and no other: a load of version 1 alone leaves version 2 to a later
     * one. Doing it again changes nothing.
     *
     * @throws dev.sluice.error.SluiceException when the registry does not answer or refuses a schema
     */
    public static SchemaIds register(SchemaRegistry registry, LoadSpec spec) {
        boolean loosens = spec.malformed() > 0;
        // The loosened schema comes last: a version 2 after it would be refused, as it cannot read a null customer.
        int v1 = loosens || spec.schemaMix().v1() > 0
                ? registry.register(OrderSchemas.SUBJECT, OrderSchemas.v1())
                : NOT_NEEDED;
        int v2 = loosens || spec.schemaMix().v2() > 0
                ? registry.register(OrderSchemas.SUBJECT, OrderSchemas.v2())
                : NOT_NEEDED;
        int loosened = loosens ? registry.register(OrderSchemas.SUBJECT, LoosenedSchema.schema()) : NOT_NEEDED;
        return new SchemaIds(v1, v2, loosened);
    }

    int of(SchemaVersion version) {
        return switch (version) {
            case V1 -> v1;
            case V2 -> v2;
        };
    }
}
