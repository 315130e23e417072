package dev.sluice.app.ingest;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * One sub-topology for each source: topic, landing, dead-letter topic. Values stay bytes; decoding is the landing's.
 */
final class IngestTopology {
    private final List<LandingTarget> targets;
    private final ThreadBatches batches;
    private final Function<LandingTarget, LandingProcessor> processors;

    IngestTopology(
            List<LandingTarget> targets, ThreadBatches batches, Function<LandingTarget, LandingProcessor> processors) {
        this.targets = List.copyOf(targets);
        this.batches = batches;
        this.processors = processors;
    }

    Topology build() {
        Topology topology = new Topology();
        ByteArrayDeserializer deserializer = new ByteArrayDeserializer();
        ByteArraySerializer serializer = new ByteArraySerializer();
        for (LandingTarget target : targets) {
            String name = target.source().name();
            topology.addSource(
                            AutoOffsetReset.earliest(),
                            "source-" + name,
                            new SourceTimestamp(),
                            deserializer,
                            deserializer,
                            target.source().topic())
                    .addProcessor("land-" + name, () -> processors.apply(target), "source-" + name)
                    .addSink(
                            "dlq-" + name,
                            target.source().dlq(),
                            serializer,
                            serializer,
                            samePartition(),
                            "land-" + name);
        }
        return topology;
    }

    /** A dead letter goes to the partition with the number of its source's, as far as the topic has as many. */
    private StreamPartitioner<byte[], byte[]> samePartition() {
        return (topic, key, value, partitions) ->
                Optional.of(Set.of(batches.current().deadLetterPartition() % partitions));
    }
}
