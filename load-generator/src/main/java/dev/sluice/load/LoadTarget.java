package dev.sluice.load;

import java.util.Map;

/**
 * Where a load goes.
 *
 * @param kafkaProperties of a Kafka client, for example {@code bootstrap.servers} and {@code security.protocol}
 * @param registryProperties of the schema registry client, for example {@code schema.registry.url}
 */
public record LoadTarget(Map<String, String> kafkaProperties, Map<String, String> registryProperties) {
    public LoadTarget {
        kafkaProperties = Map.copyOf(kafkaProperties);
        registryProperties = Map.copyOf(registryProperties);
    }

    /** The property names only: the values may hold passwords. */
    @Override
    public String toString() {
        return "LoadTarget[kafka=" + kafkaProperties.keySet() + ", registry=" + registryProperties.keySet() + "]";
    }
}
