package dev.sluice.sink.bronze;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.land.BronzeColumns;
import dev.sluice.sink.land.LandingTables;
import dev.sluice.sink.land.SchemaChange;
import dev.sluice.sink.land.SchemaEvolution;
import dev.sluice.sink.table.Namespaces;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Creates bronze tables and evolves them for the writer schemas that are met. Safe for concurrent use, by threads and
 * by other processes: whoever loses a race looks again and goes on.
 *
 * <p>A table that was handed out is never refreshed; one handed out later is at least as new.
 */
public final class BronzeTables implements LandingTables {
    private static final int ATTEMPTS = 20;

    private final Catalog catalog;
    private final Map<String, String> properties;
    private final Map<TableIdentifier, Table> tables = new HashMap<>();
    private final Set<Met> met = new HashSet<>();

    private record Met(TableIdentifier table, int schemaId) {}

    public BronzeTables(Catalog catalog) {
        this(catalog, Map.of());
    }

    /**
     * Tables of a catalog.
     *
     * @param properties table properties that new tables get beside ours, or instead of ours
     */
    public BronzeTables(Catalog catalog, Map<String, String> properties) {
        this.catalog = catalog;
        Map<String, String> all = new HashMap<>(defaults());
        all.putAll(properties);
        this.properties = Map.copyOf(all);
    }

    @Override
    public boolean exists(TableIdentifier name) {
        try {
            return catalog.tableExists(name);
        } catch (RuntimeException e) {
            throw unavailable("look for", name.toString(), e);
        }
    }

    /**
     * The table as it is, created when missing.
     *
     * @throws SluiceException CATALOG_UNAVAILABLE; SCHEMA_INVALID when it is not a bronze table
     */
    @Override
    public synchronized Table loadOrCreate(TableIdentifier name) {
        Table known = tables.get(name);
        return known == null ? remembered(name, load(name)) : known;
    }

    /**
     * The table with a column for every field of {@code writer} that can have one.
     *
     * @throws SluiceException as {@link #loadOrCreate}; COMMIT_CONFLICT when others kept changing the table
     */
    @Override
    public synchronized Table evolved(TableIdentifier name, int schemaId, Schema writer) {
        Table known = tables.get(name);
        Met key = new Met(name, schemaId);
        if (known != null && met.contains(key)) {
            return known;
        }
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Table table = load(name);
            List<SchemaChange> changes = SchemaEvolution.changes(table.schema().asStruct(), writer);
            if (changes.isEmpty() || committed(table, changes)) {
                met.add(key);
                return remembered(name, table);
            }
        }
        throw new SluiceException(
                ErrorCode.COMMIT_CONFLICT,
                "[" + name + "] Cannot evolve the table for schema " + schemaId + ": others changed it " + ATTEMPTS
                        + " times in a row");
    }

    private Table remembered(TableIdentifier name, Table table) {
        tables.put(name, table);
        return table;
    }

    /** False when somebody else was first or the outcome is unknown, so that it must be looked at again. */
    private static boolean committed(Table table, List<SchemaChange> changes) {
        UpdateSchema update = table.updateSchema();
        for (SchemaChange change : changes) {
            if (change instanceof SchemaChange.WidenColumn widen) {
                update.updateColumn(widen.path(), widen.type());
            } else if (change instanceof SchemaChange.AddColumn add) {
                update.addColumn(add.parent(), add.name(), add.type());
                if (add.parent() == null) {
                    update.moveBefore(add.name(), BronzeColumns.TOPIC);
                }
            }
        }
        try {
            update.commit();
            return true;
        } catch (CommitFailedException | CommitStateUnknownException e) {
            return false;
        } catch (ValidationException | IllegalArgumentException e) {
            throw new SluiceException(
                    ErrorCode.SCHEMA_INVALID, "[" + table.name() + "] Cannot evolve the table: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw unavailable("evolve", table.name(), e);
        }
    }

    private Table load(TableIdentifier name) {
        try {
            Table existing = loadOrNull(name);
            return verified(existing == null ? created(name) : existing);
        } catch (SluiceException e) {
            throw e;
        } catch (RuntimeException e) {
            throw unavailable("load", name.toString(), e);
        }
    }

    private @Nullable Table loadOrNull(TableIdentifier name) {
        try {
            return catalog.loadTable(name);
        } catch (NoSuchTableException e) {
            return null;
        }
    }

    private Table created(TableIdentifier name) {
        Namespaces.ensure(catalog, name.namespace());
        try {
            return catalog.createTable(name, BronzeColumns.schema(), PartitionSpec.unpartitioned(), properties);
        } catch (AlreadyExistsException | CommitFailedException e) {
            return catalog.loadTable(name);
        }
    }

    private static Table verified(Table table) {
        for (Types.NestedField ours : BronzeColumns.schema().columns()) {
            Types.NestedField found = table.schema().findField(ours.name());
            if (found == null || !found.type().equals(ours.type())) {
                throw new SluiceException(
                        ErrorCode.SCHEMA_INVALID,
                        "[" + table.name() + "] Cannot land into the table: column " + ours.name()
                                + " does not fit, expected " + ours.type() + ", found "
                                + (found == null ? "none" : found.type()));
            }
        }
        return table;
    }

    private static SluiceException unavailable(String verb, String table, RuntimeException cause) {
        return new SluiceException(
                ErrorCode.CATALOG_UNAVAILABLE,
                "[" + table + "] Cannot " + verb + " the table: " + cause.getMessage(),
                cause);
    }

    private static Map<String, String> defaults() {
        Map<String, String> defaults = new HashMap<>(Map.of(
                TableProperties.FORMAT_VERSION,
                "3",
                TableProperties.PARQUET_COMPRESSION,
                "zstd",
                TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED,
                "true",
                TableProperties.METRICS_MODE_COLUMN_CONF_PREFIX + BronzeColumns.PAYLOAD,
                "counts"));
        for (String column : List.of(
                BronzeColumns.PARTITION,
                BronzeColumns.OFFSET,
                BronzeColumns.TIMESTAMP,
                BronzeColumns.KEY,
                BronzeColumns.SCHEMA_ID,
                BronzeColumns.INGESTED_AT)) {
            defaults.put(TableProperties.METRICS_MODE_COLUMN_CONF_PREFIX + column, "full");
        }
        return defaults;
    }
}
