package dev.sluice.app.ingest;

import dev.sluice.app.retry.Retry;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.schemas.framing.ConfluentFraming;
import dev.sluice.schemas.registry.SchemaRegistry;
import dev.sluice.sink.land.Landed;
import dev.sluice.sink.land.RejectReason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writer schemas that one task has met, by id. An id that the registry does not know is asked for again after a
 * while, since it may be registered late. Used by one thread.
 */
final class WriterSchemas {
    private static final Logger LOG = LoggerFactory.getLogger(WriterSchemas.class);
    private static final Duration REMEMBER_UNKNOWN = Duration.ofSeconds(30);
    /** Within this time after a refusal a replay is not worth another question. */
    private static final Duration REPLAY_PATIENCE = Duration.ofSeconds(1);

    private static final int MOST_UNKNOWN = 10_000;

    private final SchemaRegistry registry;
    private final LandingTarget target;
    private final Retry retry;
    private final InstantSource clock;
    private final Map<Integer, Schema> known = new HashMap<>();
    private final Map<Integer, Remembered> unknown = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Remembered> eldest) {
            return size() > MOST_UNKNOWN;
        }
    };

    private Origin.@Nullable Writer last;

    private record Remembered(Landed.Rejected rejected, Instant until) {}

    /** What an id stands for. */
    sealed interface Answer {
        record Writer(Schema schema) implements Answer {}

        record Refused(Landed.Rejected rejected) implements Answer {}
    }

    WriterSchemas(SchemaRegistry registry, LandingTarget target, Retry retry, InstantSource clock) {
        this.registry = registry;
        this.target = target;
        this.retry = retry;
        this.clock = clock;
    }

    /** Who wrote a value. */
    sealed interface Origin {
        record Writer(int schemaId, Schema schema) implements Origin {}

        /**
         * Nobody known.
         *
         * @param schemaId the id that the value claims; null when it has none
         */
        record Unknown(@Nullable Integer schemaId, Landed.Rejected rejected) implements Origin {}
    }

    /**
     * Reads the framing of a value and finds its schema, for which the table is then ready.
     *
     * @throws SluiceException when registry or catalog stay away
     */
    Origin writerOf(byte[] value) {
        return writerOf(value, false);
    }

    /** The same, for a record that may have been put back; see {@link #ofReplayed}. */
    Origin writerOf(byte[] value, boolean replayed) {
        if (!ConfluentFraming.isFramed(value)) {
            return new Origin.Unknown(
                    null,
                    value.length == 0
                            ? new Landed.Rejected(RejectReason.EMPTY_VALUE, "the value has no bytes")
                            : new Landed.Rejected(RejectReason.NO_FRAMING, unframed(value)));
        }
        int schemaId = ConfluentFraming.schemaId(value);
        Origin.Writer same = last;
        if (same != null && same.schemaId() == schemaId) {
            return same;
        }
        Answer answer = replayed ? ofReplayed(schemaId) : of(schemaId);
        if (answer instanceof Answer.Refused refused) {
            return new Origin.Unknown(schemaId, refused.rejected());
        }
        Origin.Writer writer = new Origin.Writer(schemaId, ((Answer.Writer) answer).schema());
        last = writer;
        return writer;
    }

    private static String unframed(byte[] value) {
        return value.length < ConfluentFraming.HEADER_LENGTH
                ? "expected at least " + ConfluentFraming.HEADER_LENGTH + " bytes, found " + value.length
                : "expected first byte 0x00, found 0x%02x".formatted(Byte.toUnsignedInt(value[0]));
    }

    /**
     * The schema, for which the table is then ready.
     *
     * @throws SluiceException when registry or catalog stay away
     */
    Answer of(int id) {
        Schema schema = known.get(id);
        if (schema != null) {
            return new Answer.Writer(schema);
        }
        Remembered remembered = unknown.get(id);
        if (remembered != null && clock.instant().isBefore(remembered.until())) {
            return new Answer.Refused(remembered.rejected());
        }
        return ask(id);
    }

    /**
     * The schema for a record that was put back: somebody may just have registered it, so a refusal that is more than a
     * moment old is forgotten, and so is one that another task got from the same client.
     */
    Answer ofReplayed(int id) {
        Remembered remembered = unknown.get(id);
        Instant now = clock.instant();
        if (remembered == null
                || now.plus(REMEMBER_UNKNOWN).minus(REPLAY_PATIENCE).isAfter(remembered.until())) {
            unknown.remove(id);
            registry.forgetUnknown(id);
        }
        return of(id);
    }

    private Answer ask(int id) {
        Schema schema;
        try {
            schema = retry.call("schema " + id, () -> registry.byId(id));
        } catch (SluiceException e) {
            if (e.code() == ErrorCode.SCHEMA_NOT_FOUND) {
                return refuse(id, RejectReason.UNKNOWN_SCHEMA_ID, "the registry has no schema with id " + id);
            }
            if (e.code() == ErrorCode.SCHEMA_INVALID) {
                return refuse(id, RejectReason.UNMAPPABLE_SCHEMA, "schema " + id + " is not a usable Avro schema");
            }
            throw e;
        }
        Landed.Rejected refusal = target.refusal(schema);
        if (refusal != null) {
            LOG.atWarn()
                    .addKeyValue("source", target.source().name())
                    .addKeyValue("schema_id", id)
                    .addKeyValue("reason", refusal.reason())
                    .log("records go to the dead-letter topic: {}", refusal.detail());
            return refuse(id, refusal.reason(), refusal.detail());
        }
        if (schema.getType() == Schema.Type.RECORD) {
            retry.call("table " + target.source().table(), () -> {
                target.prepare(id, schema);
                return id;
            });
        }
        known.put(id, schema);
        return new Answer.Writer(schema);
    }

    private Answer refuse(int id, RejectReason reason, String detail) {
        Landed.Rejected rejected = new Landed.Rejected(reason, detail);
        unknown.put(id, new Remembered(rejected, clock.instant().plus(REMEMBER_UNKNOWN)));
        return new Answer.Refused(rejected);
    }
}
