package dev.sluice.app.ingest;

import dev.sluice.app.dlq.DeadLetter;
import dev.sluice.app.dlq.DeadLetterHeaders;
import dev.sluice.app.fault.FaultPoint;
import dev.sluice.app.fault.Faults;
import dev.sluice.schemas.framing.ConfluentFraming;
import dev.sluice.sink.land.Landed;
import dev.sluice.sink.land.RecordPosition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Lands the records of one source partition in the thread's open micro-batch, and forwards the rejected ones, as they
 * came, to the dead-letter sink. A failure of registry, catalog or storage ends the thread; the transaction is then
 * aborted and the records come again.
 */
final class LandingProcessor implements Processor<byte[], byte[], byte[], byte[]> {
    private final String pipeline;
    private final LandingTarget target;
    private final WriterSchemas schemas;
    private final ThreadBatches batches;
    private final Faults faults;
    private @Nullable Task task;

    private record Task(
            ProcessorContext<byte[], byte[]> context,
            TopicPartition partition,
            ThreadBatch thread,
            PartitionBatch batch) {}

    LandingProcessor(
            String pipeline, LandingTarget target, WriterSchemas schemas, ThreadBatches batches, Faults faults) {
        this.pipeline = pipeline;
        this.target = target;
        this.schemas = schemas;
        this.batches = batches;
        this.faults = faults;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        TopicPartition partition =
                new TopicPartition(target.source().topic(), context.taskId().partition());
        ThreadBatch thread = batches.current();
        task = new Task(context, partition, thread, thread.open(partition, target));
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        Task open = open();
        RecordMetadata metadata = open.context()
                .recordMetadata()
                .orElseThrow(() -> new IllegalStateException("a record from a topic has a position"));
        RecordPosition at =
                new RecordPosition(metadata.topic(), metadata.partition(), metadata.offset(), record.timestamp());
        byte[] value = record.value();
        if (value == null) {
            open.batch().tombstone(at, record.key());
        } else {
            land(open, record, at, value);
        }
        if (open.batch().full()) {
            open.context().commit();
        }
    }

    private void land(Task open, Record<byte[], byte[]> record, RecordPosition at, byte[] value) {
        boolean replayed = record.headers().lastHeader(DeadLetterHeaders.REPLAY_OF) != null;
        WriterSchemas.Origin origin = schemas.writerOf(value, replayed);
        if (origin instanceof WriterSchemas.Origin.Unknown unknown) {
            reject(open, record, at, unknown.schemaId(), unknown.rejected());
        } else if (origin instanceof WriterSchemas.Origin.Writer writer) {
            Landed landed = open.batch()
                    .land(at, record.key(), writer.schemaId(), writer.schema(), value, ConfluentFraming.HEADER_LENGTH);
            if (landed instanceof Landed.Rejected rejected) {
                reject(open, record, at, writer.schemaId(), rejected);
            }
        }
    }

    private void reject(
            Task open,
            Record<byte[], byte[]> record,
            RecordPosition at,
            @Nullable Integer schemaId,
            Landed.Rejected rejected) {
        DeadLetter letter = new DeadLetter(pipeline, at, schemaId, rejected);
        open.thread().sendingDeadLetterOf(at.partition());
        open.batch().deadLetter(at.offset());
        open.context().forward(record.withHeaders(letter.headers(record.headers(), LandingProcessor.class.getName())));
        faults.pass(FaultPoint.AFTER_DEAD_LETTER);
    }

    @Override
    public void close() {
        Task open = task;
        if (open != null) {
            open.thread().drop(open.partition());
            task = null;
            batches.forgetIdle();
        }
    }

    private Task open() {
        Task open = task;
        if (open == null) {
            throw new IllegalStateException("process() before init()");
        }
        return open;
    }
}
