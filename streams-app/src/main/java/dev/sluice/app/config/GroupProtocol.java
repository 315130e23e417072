package dev.sluice.app.config;

/** How the instances of the ingest share out partitions. */
public enum GroupProtocol {
    /** Kafka Streams' own assignor over the consumer protocol of old; works with every broker. */
    CLASSIC,
    /** The broker-side protocol of KIP-1071. */
    STREAMS
}
