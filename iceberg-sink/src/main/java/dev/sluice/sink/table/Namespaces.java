package dev.sluice.sink.table;

import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;

/** Namespaces of a catalog, made by whoever needs them first. */
public final class Namespaces {
    private Namespaces() {}

    /**
     * Makes sure that a namespace is there. Of several processes that start together one makes it; catalogs answer the
     * others in ways of their own, so what counts is whether it is there afterwards.
     *
     * @throws RuntimeException the catalog's own, when it is not there and cannot be made
     */
    public static void ensure(Catalog catalog, Namespace namespace) {
        if (!(catalog instanceof SupportsNamespaces namespaces) || namespaces.namespaceExists(namespace)) {
            return;
        }
        try {
            namespaces.createNamespace(namespace);
        } catch (RuntimeException e) {
            if (!namespaces.namespaceExists(namespace)) {
                throw e;
            }
        }
    }
}
