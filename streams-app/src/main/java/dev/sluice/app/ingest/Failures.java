package dev.sluice.app.ingest;

import dev.sluice.app.kafka.KafkaFailures;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.jspecify.annotations.Nullable;

/** Tells what lies behind an exception that ended a stream thread. */
final class Failures {
    private static final String CONSUMER_INTERNALS = "org.apache.kafka.clients.consumer.internals.";

    private Failures() {}

    /** Ours where there is one in the chain of causes, else one by the kind of Kafka's. */
    static SluiceException of(Throwable failure) {
        Optional<SluiceException> ours = find(failure, SluiceException.class);
        if (ours.isPresent()) {
            return ours.get();
        }
        if (find(failure, MissingSourceTopicException.class).isPresent()) {
            return wrapped(ErrorCode.TOPIC_MISSING, failure);
        }
        Optional<SluiceException> refused = KafkaFailures.refused("Cannot land records", failure);
        if (refused.isPresent()) {
            return refused.get();
        }
        if (find(failure, RecordTooLargeException.class).isPresent()) {
            return wrapped(ErrorCode.CONFIG_INVALID, failure);
        }
        Throwable root = root(failure);
        boolean kafkas = root instanceof KafkaException || isLostAssignment(root);
        return wrapped(kafkas ? ErrorCode.KAFKA_UNAVAILABLE : ErrorCode.BUG, failure);
    }

    /** The consumer trips over a partition that a rebalance took meanwhile; seen with the protocol {@code streams}. */
    private static boolean isLostAssignment(Throwable root) {
        StackTraceElement[] stack = root.getStackTrace();
        return root instanceof IllegalStateException
                && stack.length > 0
                && stack[0].getClassName().startsWith(CONSUMER_INTERNALS);
    }

    private static SluiceException wrapped(ErrorCode code, Throwable failure) {
        Throwable root = root(failure);
        return new SluiceException(
                code, "Cannot land records: " + root.getClass().getSimpleName() + ": " + root.getMessage(), failure);
    }

    private static <T extends Throwable> Optional<T> find(Throwable failure, Class<T> type) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (@Nullable Throwable t = failure; t != null && seen.add(t); t = t.getCause()) {
            if (type.isInstance(t)) {
                return Optional.of(type.cast(t));
            }
        }
        return Optional.empty();
    }

    private static Throwable root(Throwable failure) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Throwable root = failure;
        while (root.getCause() != null && seen.add(root)) {
            root = root.getCause();
        }
        return root;
    }
}
