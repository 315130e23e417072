package dev.sluice.sink.land;

import dev.sluice.sink.land.columns.ColumnNode;
import dev.sluice.sink.land.columns.ColumnSet;
import dev.sluice.sink.land.columns.WriteSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;

/**
 * The columns of a table schema with the plans that fill them, worth keeping from one micro-batch to the next. Used by
 * one thread at a time.
 */
final class Workbench {
    private final Purpose purpose;
    private final Types.StructType schema;
    private final LandingSpec spec;
    private final Masks masks;
    private final Workbenches home;
    private final ColumnSet columns;
    private final RecordNodes record;
    private final List<ColumnNode> writersColumns;
    private final Map<Integer, DecodePlan> plans = new HashMap<>();

    /** What a workbench is good for: one state of one table. */
    record Purpose(UUID table, int schemaId, Map<String, String> properties) {
        static Purpose of(Table table) {
            return new Purpose(table.uuid(), table.schema().schemaId(), table.properties());
        }
    }

    Workbench(Table table, LandingSpec spec, Workbenches home) {
        this.purpose = Purpose.of(table);
        this.schema = table.schema().asStruct();
        this.spec = spec;
        this.masks = new Masks(spec.pii());
        this.home = home;
        this.columns = new ColumnSet(table.schema(), WriteSettings.of(table));
        this.record = new RecordNodes(schema, columns.nodes());
        this.writersColumns = new ArrayList<>();
        for (int i = 0; i < schema.fields().size(); i++) {
            if (!BronzeColumns.ours(schema.fields().get(i).name())) {
                writersColumns.add(columns.nodes().get(i));
            }
        }
    }

    Purpose purpose() {
        return purpose;
    }

    ColumnSet columns() {
        return columns;
    }

    RecordNodes record() {
        return record;
    }

    /** The columns that are not our own. */
    List<ColumnNode> writersColumns() {
        return writersColumns;
    }

    /** The plan of a writer; one id always stands for one schema. */
    DecodePlan plan(int schemaId, Schema writer) {
        return plans.computeIfAbsent(schemaId, id -> DecodePlan.intoColumns(writer, schema, spec, masks, columns));
    }

    /** Gives it back for the next batch. */
    void putBack() {
        home.putBack(this);
    }
}
