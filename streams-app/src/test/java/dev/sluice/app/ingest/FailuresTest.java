package dev.sluice.app.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sluice.error.ErrorCode;
import org.apache.kafka.clients.consumer.internals.AutoOffsetResetStrategy;
import org.apache.kafka.clients.consumer.internals.SubscriptionState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class FailuresTest {
    @Test
    void a_partition_that_a_rebalance_took_from_under_the_consumer_passes() {
        SubscriptionState consumer = new SubscriptionState(new LogContext(), AutoOffsetResetStrategy.EARLIEST);
        Throwable thrown = catchThrowable(() -> consumer.requestOffsetReset(new TopicPartition("customers", 2)));
        assertThat(thrown).isInstanceOf(IllegalStateException.class).hasMessageContaining("No current assignment");

        assertThat(Failures.of(new StreamsException(thrown)).code()).isEqualTo(ErrorCode.KAFKA_UNAVAILABLE);
    }

    @Test
    void an_illegal_state_of_our_own_is_a_defect() {
        assertThat(Failures.of(new StreamsException(new IllegalStateException("ours")))
                        .code())
                .isEqualTo(ErrorCode.BUG);
    }
}
