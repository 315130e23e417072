package dev.sluice.embedded.trino;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lends the shared Trino's catalog, without the sample tables, to a class that makes the shipped tables; the sample
 * tables come back after it. Goes after {@link SharedTrino}.
 */
final class EmptyLake implements BeforeAllCallback, AfterAllCallback {
    private @Nullable TrinoFixture lent;

    @Override
    public void beforeAll(ExtensionContext context) {
        TrinoFixture trino = SharedTrino.of(context);
        trino.dropTables();
        lent = trino;
    }

    @Override
    public void afterAll(ExtensionContext context) {
        TrinoFixture trino = lent;
        // Nothing was lent on a machine without a Java for Trino.
        if (trino != null) {
            trino.dropTables();
            SampleTables.create(trino.catalog());
        }
    }
}
