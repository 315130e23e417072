package dev.sluice.sink.backfill;

import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.SourcePartition;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** The columns of the log of batches, and its rows. */
final class LogSchema {
    static final String ID = "backfill_id";
    private static final String LANDING = "landing";
    private static final String PUBLICATION = "publish";

    private static final Types.StructType RANGE = Types.StructType.of(
            NestedField.required(30, "cluster_id", Types.StringType.get()),
            NestedField.required(31, "topic_id", Types.StringType.get()),
            NestedField.required(32, "topic", Types.StringType.get()),
            NestedField.required(33, "partition", Types.IntegerType.get()),
            NestedField.required(34, "from_offset", Types.LongType.get()),
            NestedField.required(35, "to_offset", Types.LongType.get(), "Exclusive"));

    static final Schema SCHEMA = new Schema(
            NestedField.required(1, ID, Types.StringType.get()),
            NestedField.required(2, "batch", Types.IntegerType.get()),
            NestedField.required(3, "label", Types.StringType.get(), "The day, or the place in the order"),
            NestedField.required(
                    4, "state", Types.StringType.get(), "planned, running, staged, done, failed or cancelled"),
            NestedField.required(5, "attempts", Types.IntegerType.get()),
            NestedField.required(6, "ranges", Types.ListType.ofRequired(29, RANGE)),
            NestedField.required(7, "rows_read", Types.LongType.get()),
            NestedField.required(8, "rows_landed", Types.LongType.get()),
            NestedField.required(9, "rows_recognised", Types.LongType.get()),
            NestedField.required(10, "dead_lettered", Types.LongType.get()),
            NestedField.required(
                    11,
                    "rows_changed",
                    Types.MapType.ofRequired(40, 41, Types.StringType.get(), Types.LongType.get()),
                    "By table: rows inserted, updated or deleted"),
            NestedField.optional(12, "started_at", Types.TimestampType.withZone(), "Of the last attempt"),
            NestedField.optional(13, "finished_at", Types.TimestampType.withZone(), "Of the last attempt"),
            NestedField.optional(14, "error", Types.StringType.get()),
            NestedField.required(15, "source", Types.StringType.get()),
            NestedField.required(16, "bronze_table", Types.StringType.get()),
            NestedField.required(17, "from_bronze", Types.BooleanType.get()),
            NestedField.required(18, "models", Types.ListType.ofRequired(50, Types.StringType.get())),
            NestedField.required(19, "created_at", Types.TimestampType.withZone()),
            NestedField.optional(20, LANDING, Types.StringType.get(), "missing, overwrite or none"),
            NestedField.optional(21, PUBLICATION, Types.StringType.get(), "batch or atomic"));

    static final PartitionSpec SPEC =
            PartitionSpec.builderFor(SCHEMA).identity(ID).build();

    private LogSchema() {}

    /** Adds the columns that a log of an older version does not have. */
    static void evolve(Table log) {
        UpdateSchema update = log.updateSchema();
        boolean older = false;
        for (NestedField field : SCHEMA.columns()) {
            if (log.schema().findField(field.name()) == null) {
                update.addColumn(field.name(), field.type(), field.doc());
                older = true;
            }
        }
        if (older) {
            update.commit();
        }
    }

    static Record row(Schema schema, BackfillJob job, BackfillBatch batch) {
        GenericRecord row = GenericRecord.create(schema);
        Types.StructType range =
                schema.findType("ranges").asListType().elementType().asStructType();
        List<Record> ranges = new ArrayList<>();
        for (OffsetRange one : batch.ranges()) {
            GenericRecord record = GenericRecord.create(range);
            record.setField("cluster_id", one.source().clusterId());
            record.setField("topic_id", one.source().topicId());
            record.setField("topic", one.source().topic());
            record.setField("partition", one.source().partition());
            record.setField("from_offset", one.from());
            record.setField("to_offset", one.to());
            ranges.add(record);
        }
        row.setField(ID, job.id());
        row.setField("batch", batch.number());
        row.setField("label", batch.label());
        row.setField("state", batch.state().label());
        row.setField("attempts", batch.attempts());
        row.setField("ranges", ranges);
        row.setField("rows_read", batch.counts().read());
        row.setField("rows_landed", batch.counts().landed());
        row.setField("rows_recognised", batch.counts().recognised());
        row.setField("dead_lettered", batch.counts().deadLettered());
        row.setField("rows_changed", batch.counts().changed());
        row.setField("started_at", time(batch.startedAt()));
        row.setField("finished_at", time(batch.finishedAt()));
        row.setField("error", batch.error());
        row.setField("source", job.source());
        row.setField("bronze_table", job.table());
        row.setField("from_bronze", job.fromBronze());
        row.setField(LANDING, job.landing().label());
        row.setField(PUBLICATION, job.publication().label());
        row.setField("models", job.models());
        row.setField("created_at", time(job.createdAt()));
        return row;
    }

    static BackfillJob job(Record row) {
        List<String> models = new ArrayList<>();
        ((List<?>) row.getField("models")).forEach(model -> models.add(model.toString()));
        return new BackfillJob(
                text(row, ID),
                text(row, "source"),
                text(row, "bronze_table"),
                landing(row),
                row.getField(PUBLICATION) == null ? Publication.BATCH : Publication.of(text(row, PUBLICATION)),
                models,
                ((OffsetDateTime) row.getField("created_at")).toInstant());
    }

    static BackfillBatch batch(Record row) {
        List<OffsetRange> ranges = new ArrayList<>();
        for (Object one : (List<?>) row.getField("ranges")) {
            Record range = (Record) one;
            ranges.add(new OffsetRange(
                    new SourcePartition(
                            text(range, "cluster_id"), text(range, "topic_id"), text(range, "topic"), (Integer)
                                    range.getField("partition")),
                    number(range, "from_offset"),
                    number(range, "to_offset")));
        }
        Map<String, Long> changed = new TreeMap<>();
        ((Map<?, ?>) row.getField("rows_changed"))
                .forEach((table, rows) -> changed.put(table.toString(), ((Number) rows).longValue()));
        Object error = row.getField("error");
        return new BackfillBatch(
                (Integer) row.getField("batch"),
                text(row, "label"),
                ranges,
                BatchState.of(text(row, "state")),
                (Integer) row.getField("attempts"),
                new BatchCounts(
                        number(row, "rows_read"),
                        number(row, "rows_landed"),
                        number(row, "rows_recognised"),
                        number(row, "dead_lettered"),
                        changed),
                instant(row.getField("started_at")),
                instant(row.getField("finished_at")),
                error == null ? null : error.toString());
    }

    /** Rows of an older version only say whether the topic is read. */
    private static Landing landing(Record row) {
        if (row.getField(LANDING) != null) {
            return Landing.of(text(row, LANDING));
        }
        return Boolean.TRUE.equals(row.getField("from_bronze")) ? Landing.NONE : Landing.MISSING;
    }

    private static String text(Record row, String column) {
        return String.valueOf(row.getField(column));
    }

    private static long number(Record row, String column) {
        return ((Number) row.getField(column)).longValue();
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    private static @Nullable Instant instant(@Nullable Object time) {
        return time instanceof OffsetDateTime known ? known.toInstant() : null;
    }
}
