package dev.sluice.embedded.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);

    @TempDir
    Path folder;

    @Test
    void records_offsets_transactions_and_the_cluster_id_survive_a_restart_on_another_port() throws Exception {
        String clusterId;
        int firstPort;
        Producer<String, String> leftOpen;
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0)) {
            clusterId = broker.clusterId();
            firstPort = broker.port();
            createTopic(broker);
            try (Producer<String, String> producer = producer(broker, "tx-1");
                    Consumer<String, String> reader = consumer(broker, "readers")) {
                producer.initTransactions();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>("orders", "k", "committed"));
                producer.sendOffsetsToTransaction(Map.of(ORDERS, new OffsetAndMetadata(1)), reader.groupMetadata());
                producer.commitTransaction();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>("orders", "k", "aborted"));
                producer.flush();
                producer.abortTransaction();
            }
            leftOpen = producer(broker, "tx-2");
            leftOpen.initTransactions();
            leftOpen.beginTransaction();
            leftOpen.send(new ProducerRecord<>("orders", "k", "never decided"));
            leftOpen.flush();
        }
        leftOpen.close(Duration.ZERO);

        // Held, so that the second start has to take another port.
        try (ServerSocket held = new ServerSocket(firstPort, 1, InetAddress.getByName("127.0.0.1"));
                EmbeddedBroker broker = EmbeddedBroker.start(folder, 0)) {
            assertThat(broker.port()).isNotEqualTo(held.getLocalPort());
            assertThat(broker.clusterId()).isEqualTo(clusterId);
            assertThat(committed(broker, "readers")).isEqualTo(1);
            assertThat(read(broker, 1)).containsExactly("committed");

            try (Producer<String, String> producer = producer(broker, "tx-2")) {
                producer.initTransactions();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>("orders", "k", "after the restart"));
                producer.commitTransaction();
            }
            assertThat(read(broker, 2)).containsExactly("committed", "after the restart");
        }
    }

    @Test
    void an_unknown_topic_is_not_created_by_asking_for_it() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            try (Consumer<String, String> consumer = consumer(broker, null)) {
                consumer.assign(List.of(new TopicPartition("unknown", 0)));
                consumer.poll(Duration.ofMillis(200));
            }
            assertThat(admin.listTopics().names().get()).isEmpty();
        }
    }

    @Test
    void a_port_that_is_taken_is_named() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatExceptionOfType(SluiceException.class)
                    .isThrownBy(() -> EmbeddedBroker.start(folder, taken.getLocalPort()))
                    .withMessageContaining("Kafka")
                    .withMessageContaining(String.valueOf(taken.getLocalPort()))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.PORT_IN_USE));
        }
    }

    private static void createTopic(EmbeddedBroker broker) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(Set.of(new NewTopic("orders", Optional.of(1), Optional.empty())))
                    .all()
                    .get();
        }
    }

    private static long committed(EmbeddedBroker broker, String group) {
        try (Consumer<String, String> consumer = consumer(broker, group)) {
            return consumer.committed(Set.of(ORDERS)).get(ORDERS).offset();
        }
    }

    private static List<String> read(EmbeddedBroker broker, int count) {
        List<String> values = new ArrayList<>();
        try (Consumer<String, String> consumer = consumer(broker, null)) {
            consumer.assign(List.of(ORDERS));
            consumer.seekToBeginning(List.of(ORDERS));
            long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
            while (values.size() < count && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }

    private static Producer<String, String> producer(EmbeddedBroker broker, String transactionalId) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", transactionalId),
                new StringSerializer(),
                new StringSerializer());
    }

    private static Consumer<String, String> consumer(EmbeddedBroker broker, String group) {
        Map<String, Object> config = new HashMap<>(Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "isolation.level", "read_committed",
                "enable.auto.commit", "false"));
        if (group != null) {
            config.put("group.id", group);
        }
        return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
    }
}
