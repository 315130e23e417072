package dev.sluice.embedded.bench;

import dev.sluice.embedded.platform.Endpoints;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;

/**
 * Kafka Connect standalone with the Apache Iceberg sink, landing a topic into a table that it makes itself, every two
 * seconds, with its default settings otherwise.
 */
final class ConnectSink implements AutoCloseable {
    private static final String CONVERTER = "io.apicurio.registry.utils.converter.AvroConverter";

    private final ChildJvm process;
    private final ApicurioBridge schemas;

    private ConnectSink(ChildJvm process, ApicurioBridge schemas) {
        this.process = process;
        this.schemas = schemas;
    }

    static ConnectSink start(
            Endpoints platform,
            BenchOptions options,
            Path logs,
            String topic,
            String table,
            String run,
            Consumer<String> progress) {
        String jars = new ConnectJars(options.folder().resolve("connect"), progress).find();
        ApicurioBridge schemas = ApicurioBridge.start(platform.registryUrl());
        try {
            Path manifests = manifests(logs.resolve("connect-plugins"));
            Path worker = write(logs.resolve("connect-worker.properties"), worker(platform, logs, schemas));
            Path connector = write(logs.resolve("connect-sink.properties"), connector(platform, topic, table, run));
            List<String> command = new ArrayList<>(options.javaFlags("connect"));
            command.addAll(List.of(
                    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                    "-cp",
                    manifests + File.pathSeparator + jars,
                    "org.apache.kafka.connect.cli.ConnectStandalone",
                    worker.toString(),
                    connector.toString()));
            return new ConnectSink(ChildJvm.start("connect", logs, command, Map.of()), schemas);
        } catch (RuntimeException e) {
            schemas.close();
            throw e;
        }
    }

    static String controlTopic(String run) {
        return "bench-control-" + run;
    }

    ChildJvm process() {
        return process;
    }

    private static Properties worker(Endpoints platform, Path logs, ApicurioBridge schemas) {
        Properties worker = new Properties();
        worker.setProperty("bootstrap.servers", platform.bootstrapServers());
        worker.setProperty("plugin.discovery", "service_load");
        worker.setProperty("listeners", "http://127.0.0.1:0");
        worker.setProperty(
                "offset.storage.file.filename", logs.resolve("connect.offsets").toString());
        // With the default of a minute it waits for that long once the topic is drained.
        worker.setProperty("offset.flush.interval.ms", "1000");
        worker.setProperty("key.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
        worker.setProperty("value.converter", CONVERTER);
        worker.setProperty(
                "value.converter.apicurio.registry.url", schemas.uri().toString());
        worker.setProperty("value.converter.apicurio.registry.as-confluent", "true");
        worker.setProperty("value.converter.apicurio.registry.use-id", "contentId");
        worker.setProperty("value.converter.apicurio.registry.headers.enabled", "false");
        return worker;
    }

    private static Properties connector(Endpoints platform, String topic, String table, String run) {
        Properties sink = new Properties();
        sink.setProperty("name", "bench-" + run);
        sink.setProperty("connector.class", "org.apache.iceberg.connect.IcebergSinkConnector");
        sink.setProperty("tasks.max", "1");
        sink.setProperty("topics", topic);
        sink.setProperty("consumer.override.auto.offset.reset", "earliest");
        sink.setProperty("iceberg.tables", table);
        sink.setProperty("iceberg.tables.auto-create-enabled", "true");
        sink.setProperty("iceberg.tables.evolve-schema-enabled", "true");
        sink.setProperty("iceberg.control.topic", controlTopic(run));
        sink.setProperty("iceberg.control.commit.interval-ms", "2000");
        sink.setProperty("iceberg.catalog.type", "rest");
        sink.setProperty("iceberg.catalog.uri", platform.catalogUri());
        sink.setProperty("iceberg.catalog.io-impl", "org.apache.iceberg.hadoop.HadoopFileIO");
        return sink;
    }

    /**
     * Apicurio's converter has no service manifest; without one the worker would have to read every class of every jar.
     */
    private static Path manifests(Path folder) {
        Path services = folder.resolve("META-INF").resolve("services");
        try {
            Files.createDirectories(services);
            Files.writeString(services.resolve("org.apache.kafka.connect.storage.Converter"), CONVERTER + "\n");
            return folder;
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    private static Path write(Path file, Properties properties) {
        try (Writer out = Files.newBufferedWriter(file)) {
            properties.store(out, null);
            return file;
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    private static SluiceException unwritable(Path file, IOException e) {
        return new SluiceException(ErrorCode.DATA_FOLDER, "Cannot write " + file + ": " + e.getMessage(), e);
    }

    @Override
    public void close() {
        process.close();
        schemas.close();
    }
}
