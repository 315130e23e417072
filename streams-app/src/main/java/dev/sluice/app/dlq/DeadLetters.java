package dev.sluice.app.dlq;

import dev.sluice.app.kafka.TopicReader;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;

/** Reads dead-letter topics, without a consumer group and without changing anything. */
public final class DeadLetters {
    private final TopicReader topics;
    private final DlqReader reader = new DlqReader();

    public DeadLetters(Map<String, String> kafka, InstantSource clock) {
        this.topics = new TopicReader(kafka, clock);
    }

    /** Hands over every dead letter that the topic holds now, oldest first within each partition. */
    public void read(String topic, Consumer<DeadLetterView> letters) {
        Map<TopicPartition, Long> ends = topics.ends(topic);
        topics.read(topics.starts(ends.keySet()), ends, record -> letters.accept(reader.read(record)));
    }

    /**
     * Hands over dead letters as they arrive, until the consumer answers false or the thread is interrupted.
     *
     * @param begun is run once, when every letter that arrives from then on will be handed over
     */
    public void follow(
            Set<String> topicNames, boolean fromBeginning, Runnable begun, Predicate<DeadLetterView> letters) {
        topics.follow(topicNames, fromBeginning, begun, record -> letters.test(reader.read(record)));
    }
}
