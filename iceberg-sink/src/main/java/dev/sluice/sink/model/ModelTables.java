package dev.sluice.sink.model;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.duck.DuckTypes;
import dev.sluice.sink.table.Namespaces;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.UpdatePartitionSpec;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/** The tables of models: created and widened as declared. */
final class ModelTables {
    private final Catalog catalog;

    ModelTables(Catalog catalog) {
        this.catalog = catalog;
    }

    static TableIdentifier identifier(String name) {
        int dot = name.indexOf('.');
        return TableIdentifier.of(Namespace.of(name.substring(0, dot)), name.substring(dot + 1));
    }

    /** The table as it is now; empty when there is none. */
    Optional<Table> find(String name) {
        try {
            return Optional.of(catalog.loadTable(identifier(name)));
        } catch (NoSuchTableException e) {
            return Optional.empty();
        }
    }

    /** The table of a model, with every declared column. */
    Table require(Model model) {
        Table table = find(model.name()).orElseGet(() -> create(model));
        evolve(table, model);
        storeAs(table, model);
        return table;
    }

    /** The table of the keys that were deleted from a model's table for good. */
    Table requireDeleted(Model model) {
        return find(model.name() + Model.DELETED).orElseGet(() -> {
            List<ModelColumn> key = model.columns().stream()
                    .filter(column -> model.uniqueKey().contains(column.name()))
                    .toList();
            TableLayout layout = new TableLayout(model.layout().formatVersion(), List.of());
            return create(identifier(model.name() + Model.DELETED), key, model.uniqueKey(), layout);
        });
    }

    private Table create(Model model) {
        TableIdentifier identifier = identifier(model.name());
        Namespaces.ensure(catalog, identifier.namespace());
        return create(identifier, model.columns(), model.uniqueKey(), model.layout());
    }

    private Table create(TableIdentifier identifier, List<ModelColumn> columns, List<String> key, TableLayout layout) {
        try {
            return catalog.createTable(
                    identifier,
                    schema(columns, key),
                    partitioning(columns, key, layout),
                    Map.of(
                            TableProperties.FORMAT_VERSION,
                            Integer.toString(layout.formatVersion()),
                            TableProperties.PARQUET_COMPRESSION,
                            "zstd",
                            TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED,
                            "true",
                            TableProperties.METADATA_PREVIOUS_VERSIONS_MAX,
                            "20"));
        } catch (AlreadyExistsException e) {
            return catalog.loadTable(identifier);
        }
    }

    /** How a table with the columns is partitioned. */
    static PartitionSpec partitioning(List<ModelColumn> columns, List<String> key, TableLayout layout) {
        return layout.spec(schema(columns, key));
    }

    private static Schema schema(List<ModelColumn> columns, List<String> key) {
        List<Types.NestedField> fields = new ArrayList<>();
        int id = 1;
        // Each type was read by itself, so the ids inside of one are those inside of another.
        AtomicInteger nested = new AtomicInteger(columns.size());
        for (ModelColumn column : columns) {
            fields.add(Types.NestedField.builder()
                    .withId(id++)
                    .withName(column.name())
                    .isOptional(!key.contains(column.name()))
                    .ofType(TypeUtil.assignFreshIds(column.type(), nested::incrementAndGet))
                    .withDoc(column.description().isEmpty() ? null : column.description())
                    .build());
        }
        return TypeUtil.assignIncreasingFreshIds(new Schema(fields));
    }

    private static void evolve(Table table, Model model) {
        UpdateSchema update = table.updateSchema();
        boolean changed = false;
        for (ModelColumn column : model.columns()) {
            Types.NestedField field = table.schema().findField(column.name());
            if (field == null) {
                update.addColumn(column.name(), column.type(), column.description());
                changed = true;
            } else if (!DuckTypes.of(field.type()).equals(DuckTypes.of(column.type()))) {
                if (!field.type().isPrimitiveType()
                        || !column.type().isPrimitiveType()
                        || !TypeUtil.isPromotionAllowed(
                                field.type(), column.type().asPrimitiveType())) {
                    throw new SluiceException(
                            ErrorCode.MODEL_INVALID,
                            "[%s] Cannot change column %s: not a widening, expected %s as the table has it, found %s"
                                    .formatted(model.name(), column.name(), field.type(), column.type()));
                }
                update.updateColumn(column.name(), column.type().asPrimitiveType());
                changed = true;
            }
        }
        if (changed) {
            update.commit();
        }
    }

    /** What is written from now on is laid out as declared; older files stay as they are, and are read as they are. */
    private static void storeAs(Table table, Model model) {
        int version = TableUtil.formatVersion(table);
        int declared = model.layout().formatVersion();
        if (version > declared) {
            throw new SluiceException(
                    ErrorCode.MODEL_INVALID,
                    "[%s] Cannot take a table back to an older format: expected format_version %d, found %d"
                            .formatted(model.name(), version, declared));
        }
        if (version < declared) {
            table.updateProperties()
                    .set(TableProperties.FORMAT_VERSION, Integer.toString(declared))
                    .commit();
        }
        PartitionSpec wanted = partitioning(model.columns(), model.uniqueKey(), model.layout());
        if (!names(wanted).equals(names(table.spec()))) {
            UpdatePartitionSpec update = table.updateSpec();
            table.spec().fields().stream()
                    .filter(field -> !field.transform().isVoid())
                    .forEach(field -> update.removeField(field.name()));
            model.layout().partitionBy().forEach(field -> update.addField(field.term()));
            update.commit();
        }
    }

    private static List<String> names(PartitionSpec spec) {
        return spec.fields().stream()
                .filter(field -> !field.transform().isVoid())
                .map(field -> field.transform() + " of " + spec.schema().findColumnName(field.sourceId()))
                .toList();
    }
}
