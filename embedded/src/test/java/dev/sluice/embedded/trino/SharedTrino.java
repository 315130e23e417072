package dev.sluice.embedded.trino;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One {@link TrinoFixture} with the {@link SampleTables} for all test classes of a run; each is skipped without a JDK
 * 25.
 */
final class SharedTrino implements BeforeAllCallback, ParameterResolver {

    @Override
    public void beforeAll(ExtensionContext context) {
        TrinoFixture.assumeJava();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TrinoFixture.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return of(context);
    }

    /** The one that the classes share, started for the first that asks. */
    static TrinoFixture of(ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedTrino.class))
                .computeIfAbsent(TrinoFixture.class, key -> start(), TrinoFixture.class);
    }

    private static TrinoFixture start() {
        try {
            TrinoFixture trino = TrinoFixture.start(Files.createTempDirectory("sluice-trino-"));
            SampleTables.create(trino.catalog());
            return trino;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
