package dev.sluice.app.service;

import dev.sluice.app.config.CatalogConfig;
import dev.sluice.app.config.Secrets;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.Closeable;
import java.io.IOException;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLException;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.exceptions.BadRequestException;
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
     * @throws SluiceException {@code CONFIG_INVALID} for properties that no catalog takes, {@code CATALOG_REFUSED} when
     *     it does not let us, {@code CATALOG_UNAVAILABLE} when it does not answer
     */
    public static Catalogs open(CatalogConfig config) {
        try {
            return new Catalogs(
                    CatalogUtil.buildIcebergCatalog(config.name(), config.properties(), new Configuration(false)));
        } catch (IllegalArgumentException e) {
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID,
                    "Cannot open the catalog %s: %s".formatted(config.name(), e.getMessage()),
                    e);
        } catch (NotAuthorizedException | ForbiddenException | BadRequestException e) {
            throw new SluiceException(
                    ErrorCode.CATALOG_REFUSED,
                    "Cannot open the catalog %s at %s: it refused us (%s): check rest.auth.* or credential, oauth2-server-uri and scope under catalog.properties"
                            .formatted(config.name(), place(config), e.getMessage()),
                    e);
        } catch (RuntimeException e) {
            Throwable cause = innermost(e);
            throw new SluiceException(
                    ErrorCode.CATALOG_UNAVAILABLE,
                    "Cannot open the catalog %s at %s: %s%s"
                            .formatted(config.name(), place(config), cause.getMessage(), advice(cause)),
                    e);
        }
    }

    /** Iceberg's own message says which request failed; the reason lies below it. */
    private static Throwable innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static String advice(Throwable cause) {
        return cause instanceof GeneralSecurityException || cause instanceof SSLException
                ? ", expected a certificate that this JVM trusts: check javax.net.ssl.trustStore, see docs/how-to/security.md"
                : "";
    }

    /** An address may hold a password. */
    private static String place(CatalogConfig config) {
        return Secrets.masked(config.properties().getOrDefault("uri", "its configured place"));
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
