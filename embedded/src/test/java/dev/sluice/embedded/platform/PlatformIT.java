package dev.sluice.embedded.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.schemas.registry.HttpSchemaRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.avro.Schema;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformIT {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final TableIdentifier TABLE = TableIdentifier.of("bronze", "orders");
    private static final int RECORDS = 1_000;

    @TempDir
    Path folder;

    @Test
    void everything_is_there_again_after_a_close_and_a_second_start() throws Exception {
        String clusterId;
        Platform first = timed("first start", () -> Platform.start(folder, PlatformPorts.FREE));
        try (first) {
            clusterId = first.clusterId();
            assertThat(Endpoints.running(folder)).contains(first.endpoints());
            fill(first.kafkaProperties(), first.catalogProperties());
            try (HttpSchemaRegistry registry = HttpSchemaRegistry.from(first.registryProperties())) {
                assertThat(registry.register("orders-value", Schema.create(Schema.Type.STRING)))
                        .isEqualTo(1);
            }
        }
        long closing = System.nanoTime();
        first.close();
        assertThat(System.nanoTime() - closing)
                .isLessThan(Duration.ofMillis(100).toNanos());
        assertThat(folder.resolve("endpoints.properties")).doesNotExist();

        Platform second = timed("start after a close", () -> Platform.start(folder, PlatformPorts.FREE));
        timed("close", () -> {
            try (second) {
                assertThat(second.clusterId()).isEqualTo(clusterId);
                isFilled(second.kafkaProperties(), second.catalogProperties());
                try (HttpSchemaRegistry registry = HttpSchemaRegistry.from(second.registryProperties())) {
                    assertThat(registry.byId(1)).isEqualTo(Schema.create(Schema.Type.STRING));
                }
            }
            return second;
        });
    }

    @Test
    void everything_is_there_again_after_a_kill() throws Exception {
        try (PlatformProcess process = timed("start of a process", () -> PlatformProcess.start(folder))) {
            Endpoints endpoints = process.endpoints();
            assertThatExceptionOfType(SluiceException.class)
                    .isThrownBy(() -> Platform.start(folder, PlatformPorts.FREE))
                    .withMessageContaining("found process " + endpoints.pid())
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_FOLDER_HELD));
            timed("filling", () -> {
                fill(
                        Map.of("bootstrap.servers", endpoints.bootstrapServers()),
                        Map.of("type", "rest", "uri", endpoints.catalogUri()));
                return endpoints;
            });
            process.kill();
        }
        assertThat(folder.resolve("endpoints.properties")).exists();
        assertThat(Endpoints.running(folder)).isEmpty();

        try (Platform again = timed("start after a kill", () -> Platform.start(folder, PlatformPorts.FREE))) {
            timed("reading back", () -> {
                isFilled(again.kafkaProperties(), again.catalogProperties());
                return again;
            });
        }
    }

    @Test
    void a_process_that_is_asked_to_stop_closes_the_platform() throws Exception {
        try (PlatformProcess process = PlatformProcess.start(folder)) {
            int exit = timed("stop of a process", process::stop);

            assertThat(exit).isEqualTo(143);
            assertThat(folder.resolve("endpoints.properties")).doesNotExist();
            assertThat(folder.resolve("kafka/.kafka_cleanshutdown")).exists();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Kafka", "registry", "catalog"})
    void a_port_that_is_taken_is_named_with_its_service_and_nothing_stays_open(String service) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = taken.getLocalPort();
            PlatformPorts ports = new PlatformPorts(
                    service.equals("Kafka") ? port : 0,
                    service.equals("registry") ? port : 0,
                    service.equals("catalog") ? port : 0);

            assertThatExceptionOfType(SluiceException.class)
                    .isThrownBy(() -> Platform.start(folder, ports))
                    .withMessageContaining(service)
                    .withMessageContaining(String.valueOf(port))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.PORT_IN_USE));
        }
        DataFolder.open(folder).close();
    }

    private static void fill(Map<String, String> kafka, Map<String, String> catalogProperties)
            throws IOException, ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(new HashMap<>(kafka))) {
            admin.createTopics(Set.of(new NewTopic("orders", Optional.of(1), Optional.empty())))
                    .all()
                    .get();
        }
        Map<String, Object> config = new HashMap<>(kafka);
        config.put("transactional.id", "filler");
        try (Producer<String, String> producer =
                        new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
                Consumer<String, String> reader = reader(kafka)) {
            producer.initTransactions();
            producer.beginTransaction();
            for (int i = 0; i < RECORDS; i++) {
                producer.send(new ProducerRecord<>("orders", "key-" + i, "value-" + i));
            }
            producer.sendOffsetsToTransaction(Map.of(ORDERS, new OffsetAndMetadata(RECORDS)), reader.groupMetadata());
            producer.commitTransaction();
        }
        try (RESTCatalog catalog = catalog(catalogProperties)) {
            catalog.createNamespace(Namespace.of("bronze"));
            Table table = catalog.createTable(
                    TABLE, new org.apache.iceberg.Schema(Types.NestedField.optional(1, "id", Types.LongType.get())));
            table.newAppend()
                    .appendFile(DataFiles.builder(PartitionSpec.unpartitioned())
                            .withPath(table.location() + "/data/1.parquet")
                            .withFileSizeInBytes(100)
                            .withRecordCount(RECORDS)
                            .build())
                    .commit();
        }
    }

    private static void isFilled(Map<String, String> kafka, Map<String, String> catalogProperties) throws IOException {
        try (Consumer<String, String> reader = reader(kafka)) {
            assertThat(reader.committed(Set.of(ORDERS)).get(ORDERS).offset()).isEqualTo(RECORDS);
            reader.assign(List.of(ORDERS));
            reader.seekToBeginning(List.of(ORDERS));
            int found = 0;
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (found < RECORDS && System.nanoTime() < deadline) {
                found += reader.poll(Duration.ofMillis(100)).count();
            }
            assertThat(found).isEqualTo(RECORDS);
        }
        try (RESTCatalog catalog = catalog(catalogProperties)) {
            assertThat(catalog.loadTable(TABLE).currentSnapshot().summary())
                    .containsEntry("total-records", String.valueOf(RECORDS));
        }
    }

    private static Consumer<String, String> reader(Map<String, String> kafka) {
        Map<String, Object> config = new HashMap<>(kafka);
        config.put("group.id", "readers");
        config.put("isolation.level", "read_committed");
        config.put("enable.auto.commit", "false");
        return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
    }

    private static RESTCatalog catalog(Map<String, String> properties) {
        return (RESTCatalog) CatalogUtil.buildIcebergCatalog("sluice", properties, null);
    }

    /** Times are for the reader of the test's output; a bound that holds on every machine would say nothing. */
    private static <T> T timed(String what, Callable<T> work) throws Exception {
        long start = System.nanoTime();
        T result = work.call();
        System.out.printf("%s: %d ms%n", what, (System.nanoTime() - start) / 1_000_000);
        return result;
    }
}
