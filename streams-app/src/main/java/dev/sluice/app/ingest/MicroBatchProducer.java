package dev.sluice.app.ingest;

import dev.sluice.app.announce.Announcement;
import dev.sluice.app.announce.AnnouncementCodec;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.fault.FaultPoint;
import dev.sluice.app.fault.Faults;
import dev.sluice.app.retry.Backoff;
import dev.sluice.app.retry.Pause;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The producer of one stream thread. Whenever Kafka Streams adds the source offsets to the transaction, which it does
 * on every way of committing, the thread's data files are closed first and announced in the same transaction.
 *
 * <p>No {@link TimeoutException} leaves this class: Kafka Streams would answer it by committing the rest of the open
 * transaction without the offsets, and the records behind them would be lost or doubled. It becomes a
 * {@link CommitFailedException}, upon which the transaction is fenced off and everything begins again from the
 * committed offsets.
 */
final class MicroBatchProducer extends KafkaProducer<byte[], byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(MicroBatchProducer.class);
    private static final AnnouncementCodec CODEC = new AnnouncementCodec();

    private final ThreadBatches batches;
    private final BatchIdentities identities;
    private final IngestStatistics statistics;
    private final Faults faults;
    private final Pause pause;
    private List<Announcement> announced = List.of();
    private int timeouts;

    MicroBatchProducer(
            Map<String, Object> config,
            ThreadBatches batches,
            BatchIdentities identities,
            IngestStatistics statistics,
            Faults faults,
            Pause pause) {
        super(config, new ByteArraySerializer(), new ByteArraySerializer());
        this.batches = batches;
        this.identities = identities;
        this.statistics = statistics;
        this.faults = faults;
        this.pause = pause;
    }

    @Override
    public void initTransactions() {
        super.initTransactions();
        batches.current().transactionGone();
    }

    @Override
    public void sendOffsetsToTransaction(
            Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata groupMetadata) {
        withoutTimeout("add offsets to", () -> {
            faults.pass(FaultPoint.BEFORE_FILE_CLOSE);
            List<Announcement> announcements = batches.current().finish(offsets, identities.next());
            faults.pass(FaultPoint.AFTER_FILE_CLOSE);
            announce(announcements);
            faults.pass(FaultPoint.AFTER_ANNOUNCE);
            super.sendOffsetsToTransaction(offsets, groupMetadata);
            announced = announcements;
            faults.pass(FaultPoint.AFTER_OFFSETS);
        });
    }

    @Override
    public void commitTransaction() {
        withoutTimeout("commit", () -> {
            faults.pass(FaultPoint.BEFORE_TRANSACTION_COMMIT);
            super.commitTransaction();
            faults.pass(FaultPoint.AFTER_TRANSACTION_COMMIT);
        });
        timeouts = 0;
        statistics.committed(announced);
        announced = List.of();
    }

    @Override
    public void abortTransaction() {
        announced = List.of();
        super.abortTransaction();
        batches.current().transactionGone();
        batches.forgetIdle();
    }

    /** Waits for the acknowledgements, so that a refused announcement fails here and under its own name. */
    private void announce(List<Announcement> announcements) {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (Announcement announcement : announcements) {
            byte[] key = announcement.key().getBytes(StandardCharsets.UTF_8);
            sent.add(send(new ProducerRecord<>(SluiceConfig.ANNOUNCEMENT_TOPIC, 0, key, CODEC.toBytes(announcement))));
        }
        if (sent.isEmpty()) {
            return;
        }
        flush();
        for (Future<RecordMetadata> future : sent) {
            try {
                future.get();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof KafkaException known
                        ? known
                        : new KafkaException("Cannot announce data files", e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptException(e);
            }
        }
    }

    private void withoutTimeout(String verb, Runnable action) {
        try {
            action.run();
        } catch (TimeoutException e) {
            timeouts++;
            LOG.atWarn()
                    .addKeyValue("timeouts", timeouts)
                    .setCause(e)
                    .log("Cannot " + verb + " the transaction in time, giving it up");
            pause.await(Backoff.STANDARD.after(timeouts));
            CommitFailedException failure =
                    new CommitFailedException("Cannot " + verb + " the transaction: " + e.getMessage());
            failure.initCause(e);
            throw failure;
        }
    }
}
