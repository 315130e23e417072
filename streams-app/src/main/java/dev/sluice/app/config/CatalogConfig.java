package dev.sluice.app.config;

import java.util.Map;

/**
 * The Iceberg catalog.
 *
 * @param properties passed to the catalog as they are, for example {@code type}, {@code uri}, {@code warehouse}
 */
public record CatalogConfig(String name, Map<String, String> properties) {
    public CatalogConfig {
        Require.name("name", name);
        properties = Map.copyOf(properties);
    }

    @Override
    public String toString() {
        return "CatalogConfig[name=" + name + ", properties=" + Secrets.masked(properties) + "]";
    }
}
