package dev.sluice.sink.land;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** Rows by way of a struct and Iceberg's own writer: for every table, and what {@link DirectLane} is held against. */
final class PlainLane implements Lane {
    private final Table table;
    private final org.apache.iceberg.Schema schema;
    private final LandingSpec spec;
    private final Masks masks;
    private final DictionaryMemory memory;
    private final RecordColumns columns;
    private final StructRow row;
    private final int payloadPosition;
    private final List<String> locations = new ArrayList<>();
    private @Nullable OpenFile file;

    PlainLane(Table table, LandingSpec spec, Masks masks, DictionaryMemory memory) {
        this.table = table;
        this.schema = table.schema();
        this.spec = spec;
        this.masks = masks;
        this.memory = memory;
        this.columns = RecordColumns.in(schema.asStruct());
        this.row = new StructRow(schema.columns().size());
        this.payloadPosition = schema.columns().indexOf(schema.findField(BronzeColumns.PAYLOAD));
    }

    @Override
    public DecodePlan plan(int schemaId, Schema writer) {
        return DecodePlan.intoRow(writer, schema.asStruct(), spec, masks, row);
    }

    @Override
    public Landed land(
            DecodePlan plan,
            RecordPosition at,
            byte @Nullable [] key,
            int schemaId,
            long nowMillis,
            byte[] value,
            int payloadOffset) {
        row.clear();
        Landed landed = plan.decode(value, payloadOffset);
        if (landed instanceof Landed.Row) {
            row.put(payloadPosition, plan.payload());
            write(at, key, schemaId, nowMillis);
        }
        return landed;
    }

    @Override
    public void tombstone(RecordPosition at, byte @Nullable [] key, long nowMillis) {
        row.clear();
        write(at, key, null, nowMillis);
    }

    private void write(RecordPosition at, byte @Nullable [] key, @Nullable Integer schemaId, long nowMillis) {
        columns.fill(row, at, key == null ? null : ByteBuffer.wrap(key), schemaId, nowMillis);
        OpenFile out = file;
        if (out == null) {
            out = new OpenFile(table, schema, at, memory);
            file = out;
            locations.add(out.location());
        }
        out.write(row);
    }

    @Override
    public boolean reached(long targetBytes) {
        return file != null && file.reached(targetBytes);
    }

    @Override
    public @Nullable DataFile roll() {
        OpenFile open = file;
        file = null;
        return open == null ? null : open.close();
    }

    @Override
    public Iterable<String> locations() {
        return locations;
    }

    @Override
    public void close() {
        if (file != null) {
            file.discard();
            file = null;
        }
    }
}
