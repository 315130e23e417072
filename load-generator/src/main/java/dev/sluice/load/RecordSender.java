package dev.sluice.load;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Sends a load through one producer. After the first failure nothing more is sent, so no partition gets a gap. */
final class RecordSender {
    private static final Duration BETWEEN_REPORTS = Duration.ofMillis(250);
    private static final int RECORDS_BETWEEN_LOOKS = 64;

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final InstantSource clock;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    RecordSender(Producer<byte[], byte[]> producer, String topic, InstantSource clock) {
        this.producer = producer;
        this.topic = topic;
        this.clock = clock;
    }

    /**
     * Returns when every record is acknowledged.
     *
     * @throws SluiceException {@link ErrorCode#KAFKA_UNAVAILABLE} when one was not
     */
    LoadSummary send(LoadSpec spec, SchemaIds ids, Skip skip, Consumer<LoadProgress> progress) {
        LoadGenerator records = new LoadGenerator(spec, ids, skip);
        RecordTally tally = new RecordTally().atLeast(spec.partitions());
        Pacer pacer = new Pacer(spec.rate(), clock);
        long total = Math.max(0, spec.events() - skip.total());
        long sent = 0;
        long bytes = 0;
        Duration nextReport = BETWEEN_REPORTS;
        try {
            while (records.hasNext() && failure.get() == null) {
                pacer.await(sent);
                LoadRecord next = records.next();
                var unused = producer.send(next.toTopic(topic), this::acknowledged);
                sent++;
                bytes += next.key().length + (next.value() == null ? 0 : next.value().length);
                tally.add(next.partition(), next.kind(), next.malformed());
                if ((spec.rate() > 0 || sent % RECORDS_BETWEEN_LOOKS == 0)
                        && pacer.elapsed().compareTo(nextReport) >= 0) {
                    progress.accept(new LoadProgress(sent, total, pacer.elapsed()));
                    nextReport = pacer.elapsed().plus(BETWEEN_REPORTS);
                }
            }
            producer.flush();
        } catch (KafkaException e) {
            failure.compareAndSet(null, e);
        } catch (IllegalStateException e) {
            // A producer that was closed after a failure refuses more records; the failure is the reason to tell.
            if (failure.get() == null) {
                throw e;
            }
        }
        Exception first = failure.get();
        if (first != null) {
            throw failed(sent, total, first);
        }
        progress.accept(new LoadProgress(sent, total, pacer.elapsed()));
        return LoadSummary.of(tally, skip.total(), bytes, pacer.elapsed());
    }

    private void acknowledged(@Nullable RecordMetadata metadata, @Nullable Exception error) {
        if (error != null && failure.compareAndSet(null, error)) {
            // At once, on the sender's own thread: later records of the same partition must not get through.
            producer.close(Duration.ZERO);
        }
    }

    private SluiceException failed(long sent, long total, Exception cause) {
        return new SluiceException(
                SendFailure.code(cause),
                "Cannot produce to topic " + topic + ": " + SendFailure.reason(cause) + ", expected " + total
                        + " records to be acknowledged, found a failure after " + sent
                        + " were sent; --resume finishes the load",
                cause);
    }
}
