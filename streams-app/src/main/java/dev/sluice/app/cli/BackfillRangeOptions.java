package dev.sluice.app.cli;

import dev.sluice.app.backfill.BackfillRequest;
import dev.sluice.app.backfill.BackfillRequest.Bound;
import dev.sluice.app.backfill.OffsetsFile;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.backfill.Landing;
import dev.sluice.sink.backfill.Publication;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which range a backfill is of, and how it is cut. */
public final class BackfillRangeOptions {
    private static final long DEFAULT_BATCH = 100_000;

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            description = "The topic of a source of the configuration (default: the only one).")
    private @Nullable String topic;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            split = ",",
            description = "Only these partitions, for example 0,2 (default: all).")
    private Set<Integer> partitions = Set.of();

    @Option(names = "--from-offset", paramLabel = "OFFSET", description = "Start of every partition (default: oldest).")
    private @Nullable Long fromOffset;

    @Option(
            names = "--to-offset",
            paramLabel = "OFFSET",
            description = "End of every partition, exclusive (default: where the live flow stands).")
    private @Nullable Long toOffset;

    @Option(
            names = "--from-file",
            paramLabel = "FILE",
            description = "Start of each partition, in lines of topic, partition and offset, as kafka-consumer-groups"
                    + " --export writes them.")
    private @Nullable Path fromFile;

    @Option(
            names = "--from-datetime",
            paramLabel = "TIME",
            description = "Start by the records' time, such as 2026-01-01 or 2026-01-01T12:00:00Z.")
    private @Nullable String fromTime;

    @Option(names = "--to-datetime", paramLabel = "TIME", description = "End by the records' time, exclusive.")
    private @Nullable String toTime;

    @Option(
            names = "--source",
            paramLabel = "WHERE",
            description = "kafka (default), or bronze: show the models the rows of bronze and read nothing from Kafka.")
    private Origin origin = Origin.kafka;

    @Option(
            names = "--select",
            paramLabel = "MODEL",
            split = ",",
            description = "Only these models, for example silver.orders (default: all that the rows reach).")
    private List<String> select = List.of();

    @Option(names = "--batch-size", paramLabel = "N", description = "Offsets in a batch (default: 100000).")
    private @Nullable Long batchSize;

    @Option(names = "--batch-by", paramLabel = "UNIT", description = "day: one batch per UTC day of the records.")
    private @Nullable Unit batchBy;

    @Option(
            names = "--overwrite",
            description = "Land the rows of the range again and replace them: a decoder was wrong.")
    private boolean overwrite;

    @Option(
            names = "--publish",
            paramLabel = "MODE",
            description = "batch (default), or atomic: stage all batches on a branch, and publish them at once.")
    private Publish publish = Publish.batch;

    /** Where rows come from. */
    enum Origin {
        kafka,
        bronze
    }

    /** What a batch is. */
    enum Unit {
        day
    }

    /** When readers see the rows. */
    enum Publish {
        batch,
        atomic
    }

    /**
     * The request.
     *
     * @throws SluiceException {@code USAGE} when options contradict each other
     */
    BackfillRequest request(SluiceConfig config) {
        if (overwrite && origin == Origin.bronze) {
            throw usage("Cannot use --overwrite with --source bronze: rows are landed again from the topic");
        }
        if (publish == Publish.atomic && (overwrite || origin == Origin.bronze)) {
            throw usage("Cannot use --publish atomic with %s: expected a backfill that only lands what is missing"
                    .formatted(overwrite ? "--overwrite" : "--source bronze"));
        }
        if (batchBy != null && batchSize != null) {
            throw usage("Cannot use --batch-size with --batch-by: expected one of them");
        }
        if (batchSize != null && batchSize < 1) {
            throw usage("Cannot use --batch-size: expected 1 or more, found " + batchSize);
        }
        SourceConfig source = source(config);
        return new BackfillRequest(
                source,
                partitions,
                from(source),
                to(),
                landing(),
                publish == Publish.atomic ? Publication.ATOMIC : Publication.BATCH,
                new BackfillRequest.Slicing(batchBy == Unit.day, batchSize == null ? DEFAULT_BATCH : batchSize),
                select);
    }

    private Landing landing() {
        if (origin == Origin.bronze) {
            return Landing.NONE;
        }
        return overwrite ? Landing.OVERWRITE : Landing.MISSING;
    }

    private SourceConfig source(SluiceConfig config) {
        List<SourceConfig> sources = config.sources();
        if (topic == null && sources.size() == 1) {
            return sources.get(0);
        }
        return sources.stream()
                .filter(source -> source.topic().equals(topic))
                .findFirst()
                .orElseThrow(() -> usage("Cannot backfill topic %s: expected a topic of a source, one of %s"
                        .formatted(
                                topic == null ? "(none given)" : topic,
                                sources.stream().map(SourceConfig::topic).collect(Collectors.joining(", ")))));
    }

    private Bound from(SourceConfig source) {
        int given = (fromOffset == null ? 0 : 1) + (fromFile == null ? 0 : 1) + (fromTime == null ? 0 : 1);
        if (given > 1) {
            throw usage("Cannot use --from-offset, --from-file and --from-datetime together: expected one of them");
        }
        if (fromFile != null) {
            return new Bound.PerPartition(OffsetsFile.read(fromFile, source.topic()));
        }
        return bound("--from-offset", fromOffset, "--from-datetime", fromTime);
    }

    private Bound to() {
        if (toOffset != null && toTime != null) {
            throw usage("Cannot use --to-offset with --to-datetime: expected one of them");
        }
        return bound("--to-offset", toOffset, "--to-datetime", toTime);
    }

    private static Bound bound(String offsetOption, @Nullable Long offset, String timeOption, @Nullable String time) {
        if (offset != null) {
            if (offset < 0) {
                throw usage("Cannot use %s: expected 0 or more, found %d".formatted(offsetOption, offset));
            }
            return new Bound.Offset(offset);
        }
        return time == null ? new Bound.Open() : new Bound.Time(time(timeOption, time));
    }

    private static Instant time(String option, String text) {
        try {
            return text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "Cannot use %s: expected a UTC day such as 2026-01-31 or a time such as 2026-01-31T12:00:00Z, found %s"
                            .formatted(option, text),
                    e);
        }
    }

    private static SluiceException usage(String sentence) {
        return new SluiceException(ErrorCode.USAGE, sentence);
    }
}
