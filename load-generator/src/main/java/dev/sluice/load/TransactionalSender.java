package dev.sluice.load;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Sends a load in transactions, so that whoever reads what is committed finds every record once. A producer that is
 * only idempotent may send a batch twice when the broker goes away between taking it and saying so.
 */
final class TransactionalSender {
    private static final int RECORDS_PER_TRANSACTION = 500;
    private static final int ATTEMPTS = 10;

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final InstantSource clock;

    /** @param producer whose transactions are initialised */
    TransactionalSender(Producer<byte[], byte[]> producer, String topic, InstantSource clock) {
        this.producer = producer;
        this.topic = topic;
        this.clock = clock;
    }

    /**
     * Returns when every record is committed.
     *
     * @param progress called after each transaction
     * @throws SluiceException {@link ErrorCode#KAFKA_UNAVAILABLE} when a transaction cannot be committed
     */
    void send(LoadSpec spec, SchemaIds ids, Consumer<LoadProgress> progress) {
        LoadGenerator records = new LoadGenerator(spec, ids, Skip.nothing(spec));
        Pacer pacer = new Pacer(spec.rate(), clock);
        long sent = 0;
        while (records.hasNext()) {
            List<LoadRecord> batch = new ArrayList<>(RECORDS_PER_TRANSACTION);
            while (records.hasNext() && batch.size() < RECORDS_PER_TRANSACTION) {
                batch.add(records.next());
            }
            pacer.await(sent);
            commit(batch);
            sent += batch.size();
            progress.accept(new LoadProgress(sent, spec.events(), pacer.elapsed()));
        }
    }

    private void commit(List<LoadRecord> batch) {
        KafkaException last = new KafkaException("no attempt was made");
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                producer.beginTransaction();
                batch.forEach(record -> {
                    var unused = producer.send(record.toTopic(topic));
                });
                patiently(producer::commitTransaction);
                return;
            } catch (ProducerFencedException | OutOfOrderSequenceException | AuthorizationException e) {
                // Nothing more can be done with this producer, not even an abort.
                throw failed(e);
            } catch (KafkaException e) {
                last = e;
                patiently(producer::abortTransaction);
            }
        }
        throw failed(last);
    }

    /** The outcome of a commit or an abort that timed out is found out by asking for the same again. */
    private void patiently(Runnable end) {
        for (int attempt = 1; ; attempt++) {
            try {
                end.run();
                return;
            } catch (TimeoutException e) {
                if (attempt == ATTEMPTS) {
                    throw failed(e);
                }
            }
        }
    }

    private SluiceException failed(KafkaException cause) {
        return new SluiceException(
                ErrorCode.KAFKA_UNAVAILABLE,
                "Cannot produce to topic %s: %s, expected a transaction to be committed"
                        .formatted(topic, cause.getMessage()),
                cause);
    }
}
