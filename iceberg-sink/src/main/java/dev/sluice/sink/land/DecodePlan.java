package dev.sluice.sink.land;

import dev.sluice.sink.land.columns.ColumnSet;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * How the values of one writer schema become rows of one table schema. Compiled once, then used for every record by one
 * thread. Bad bytes are an answer, never an exception.
 */
final class DecodePlan {
    private final @Nullable Root root;
    private final Schema writer;
    private final Landed.@Nullable Rejected refused;
    private final LandingSpec spec;
    private final AvroInput in;
    private @Nullable ByteBuffer payload;

    /** Reads the fields of the writer's record to where they belong. */
    @FunctionalInterface
    interface Root {
        void read(AvroInput in) throws MalformedValue;
    }

    private DecodePlan(Schema writer, LandingSpec spec, @Nullable Root root) {
        this.writer = writer;
        this.refused = spec.pii().refusal(writer);
        this.spec = spec;
        this.in = new AvroInput(spec);
        this.root = root;
    }

    /**
     * The plan for a pair of schemas.
     *
     * @param row gets the values
     * @throws dev.sluice.error.SluiceException CONFIG_INVALID when a check does not suit the type of its column
     */
    static DecodePlan intoRow(Schema writer, Types.StructType table, LandingSpec spec, Masks masks, StructRow row) {
        if (writer.getType() != Schema.Type.RECORD) {
            return new DecodePlan(writer, spec, null);
        }
        StructReader reader = new PlanCompiler(spec.pii(), masks).root(writer, table, Scope.root(spec));
        return new DecodePlan(writer, spec, in -> reader.fill(in, row));
    }

    /**
     * The plan for a pair of schemas.
     *
     * @param columns get the values; those that are not the writer's get null, but for our own, which are the caller's
     * @throws dev.sluice.error.SluiceException CONFIG_INVALID when a check does not suit the type of its column
     */
    static DecodePlan intoColumns(
            Schema writer, Types.StructType table, LandingSpec spec, Masks masks, ColumnSet columns) {
        if (writer.getType() != Schema.Type.RECORD) {
            return new DecodePlan(writer, spec, null);
        }
        PlanCompiler plain = new PlanCompiler(spec.pii(), masks);
        StructTranscoder transcoder =
                new TranscoderCompiler(plain, masks).root(writer, table, columns.nodes(), Scope.root(spec));
        return new DecodePlan(writer, spec, in -> transcoder.read(in, 0));
    }

    /** Decodes the value from byte {@code from} on; after a {@link Landed.Row} its values are where they belong. */
    Landed decode(byte[] value, int from) {
        if (value.length == 0) {
            return new Landed.Rejected(RejectReason.EMPTY_VALUE, "expected a framed value, found no bytes");
        }
        if (value.length < from) {
            return new Landed.Rejected(
                    RejectReason.NO_FRAMING, "expected a header of " + from + " bytes, found " + value.length);
        }
        if (value.length > spec.maxValueBytes()) {
            return new Landed.Rejected(
                    RejectReason.TOO_LARGE,
                    "expected at most " + spec.maxValueBytes() + " bytes, found " + value.length);
        }
        if (root == null) {
            return new Landed.Rejected(
                    RejectReason.UNMAPPABLE_SCHEMA,
                    "expected a writer schema of type record, found " + writer.getType());
        }
        if (refused != null) {
            return refused;
        }
        in.reset(value, from);
        try {
            root.read(in);
        } catch (MalformedValue e) {
            return e.rejected();
        }
        if (in.remaining() > 0) {
            return new Landed.Rejected(
                    RejectReason.TRAILING_BYTES,
                    "byte " + in.position() + ": expected the end, found " + in.remaining() + " more bytes");
        }
        Landed broken = in.broken();
        if (broken != null) {
            return broken;
        }
        payload = in.payload();
        return payload == null ? Landed.Row.TYPED : Landed.Row.WITH_PAYLOAD;
    }

    /** What the last decoding's typed columns cannot hold, to be kept beside them; null for most values. */
    @Nullable
    ByteBuffer payload() {
        return payload;
    }
}
