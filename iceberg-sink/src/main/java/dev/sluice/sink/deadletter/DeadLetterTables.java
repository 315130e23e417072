package dev.sluice.sink.deadletter;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.land.BronzeColumns;
import dev.sluice.sink.table.Namespaces;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.types.Types;

/** The tables of dead letters: created, and those of older versions widened. */
final class DeadLetterTables {
    private DeadLetterTables() {}

    /**
     * The table, with all columns.
     *
     * @throws SluiceException {@code SCHEMA_INVALID} when it is another kind of table, {@code CATALOG_UNAVAILABLE},
     *     {@code COMMIT_CONFLICT} when another process widens it at this moment
     */
    static Table require(Catalog catalog, TableIdentifier name) {
        try {
            Table table = loaded(catalog, name);
            if (table.schema().findField(DeadLetterColumns.DLQ_OFFSET) == null) {
                throw new SluiceException(
                        ErrorCode.SCHEMA_INVALID,
                        "[" + name + "] Cannot use the table for dead letters: expected a column "
                                + DeadLetterColumns.DLQ_OFFSET
                                + ", found none. Name another table with dlq-table, or drop this one.");
            }
            widen(table);
            return table;
        } catch (SluiceException e) {
            throw e;
        } catch (CommitFailedException e) {
            throw new SluiceException(
                    ErrorCode.COMMIT_CONFLICT, "[" + name + "] Cannot widen the table: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw new SluiceException(
                    ErrorCode.CATALOG_UNAVAILABLE, "[" + name + "] Cannot load the table: " + e.getMessage(), e);
        }
    }

    private static Table loaded(Catalog catalog, TableIdentifier name) {
        try {
            return catalog.loadTable(name);
        } catch (NoSuchTableException missing) {
            try {
                Namespaces.ensure(catalog, name.namespace());
                return catalog.createTable(
                        name,
                        DeadLetterColumns.schema(),
                        PartitionSpec.unpartitioned(),
                        Map.of(
                                TableProperties.FORMAT_VERSION,
                                "3",
                                TableProperties.PARQUET_COMPRESSION,
                                "zstd",
                                TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED,
                                "true",
                                TableProperties.METRICS_MODE_COLUMN_CONF_PREFIX + "value",
                                "counts",
                                TableProperties.METRICS_MODE_COLUMN_CONF_PREFIX + BronzeColumns.TIMESTAMP,
                                "full"));
            } catch (AlreadyExistsException e) {
                return catalog.loadTable(name);
            }
        }
    }

    /** A table from before models' rows came here lacks their columns, and asks each row for a place in the topic. */
    private static void widen(Table table) {
        UpdateSchema update = table.updateSchema();
        boolean changed = false;
        for (Types.NestedField field : DeadLetterColumns.schema().columns()) {
            Types.NestedField there = table.schema().findField(field.name());
            if (there == null && field.isOptional()) {
                update.addColumn(field.name(), field.type(), field.doc());
                changed = true;
            } else if (there != null && there.isRequired() && field.isOptional()) {
                update.makeColumnOptional(field.name());
                changed = true;
            }
        }
        if (changed) {
            update.commit();
        }
    }
}
