package dev.sluice.embedded.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.EligibleLeaderReplicasVersion;
import org.apache.kafka.server.common.MetadataVersion;

/** The folder of the broker, which Kafka wants formatted once. The format gives the cluster its id, for ever. */
final class BrokerStorage {
    private BrokerStorage() {}

    static void formatIfNew(Path folder) {
        if (Files.exists(folder.resolve(MetaPropertiesEnsemble.META_PROPERTIES_NAME))) {
            return;
        }
        try {
            Files.createDirectories(folder);
            new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8))
                    .setNodeId(BrokerSettings.NODE_ID)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setControllerListenerName(BrokerSettings.CONTROLLER_LISTENER)
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    // With one replica there is no other leader to choose; without the feature a killed broker simply
                    // leads its partitions again.
                    .setFeatureLevel(EligibleLeaderReplicasVersion.FEATURE_NAME, (short) 0)
                    .setMetadataLogDirectory(folder.toString())
                    .addDirectory(folder.toString())
                    .setIgnoreFormatted(true)
                    .run();
        } catch (Exception e) {
            throw new SluiceException(
                    ErrorCode.DATA_FOLDER,
                    "Cannot format the Kafka folder %s: %s".formatted(folder, e.getMessage()),
                    e);
        }
    }
}
