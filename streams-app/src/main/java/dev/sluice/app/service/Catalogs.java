package dev.sluice.app.service;

import dev.sluice.app.config.CatalogConfig;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.Closeable;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NotAuthorizedException;

/** Opens the Iceberg catalog that a configuration names. */
public final class Catalogs implements AutoCloseable {
    private final Catalog catalog;

    private Catalogs(Catalog catalog) {
        this.catalog = catalog;
    }

    /**
     * Opens the catalog.
     *
     * @throws SluiceException {@code CONFIG_INVALID} for properties that no catalog takes, {@code CATALOG_UNAVAILABLE}
     *     when it does not answer
     */
    public static Catalogs open(CatalogConfig config) {
        try {
            return new Catalogs(
                    CatalogUtil.buildIcebergCatalog(config.name(), config.properties(), new Configuration(false)));
        } catch (IllegalArgumentException | NotAuthorizedException | ForbiddenException e) {
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID,
                    "Cannot open the catalog %s: %s".formatted(config.name(), e.getMessage()),
                    e);
        } catch (RuntimeException e) {
            throw new SluiceException(
                    ErrorCode.CATALOG_UNAVAILABLE,
                    "Cannot open the catalog %s at %s: %s"
                            .formatted(
                                    config.name(),
                                    config.properties().getOrDefault("uri", "its configured place"),
                                    innermost(e)),
                    e);
        }
    }

    /** Iceberg's own message says which request failed; the reason lies below it. */
    private static String innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    public Catalog catalog() {
        return catalog;
    }

    @Override
    public void close() {
        if (catalog instanceof Closeable closeable) {
            try {
                closeable.close();
            } catch (IOException e) {
                throw new SluiceException(
                        ErrorCode.CATALOG_UNAVAILABLE, "Cannot close the catalog: " + e.getMessage(), e);
            }
        }
    }
}
