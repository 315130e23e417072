package dev.sluice.sink.land;

import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * How the values of one writer schema become rows of one table schema. Compiled once, then used for every record by one
 * thread. Bad bytes are an answer, never an exception.
 */
final class DecodePlan {
    private final @Nullable StructReader root;
    private final Schema writer;
    private final Landed.@Nullable Rejected refused;
    private final LandingSpec spec;
    private final AvroInput in;
    private final StructRow row;
    private final int payloadPosition;

    private DecodePlan(Schema writer, Types.StructType table, LandingSpec spec, Masks masks) {
        this.writer = writer;
        this.refused = spec.pii().refusal(writer);
        this.spec = spec;
        this.in = new AvroInput(spec);
        this.row = new StructRow(table.fields().size());
        this.payloadPosition = table.fields().indexOf(table.field(BronzeColumns.PAYLOAD));
        this.root = writer.getType() == Schema.Type.RECORD
                ? new PlanCompiler(spec.pii(), masks).root(writer, table, Scope.root(spec))
                : null;
    }

    /**
     * The plan for a pair of schemas.
     *
     * @throws dev.sluice.error.SluiceException CONFIG_INVALID when a check does not suit the type of its column
     */
    static DecodePlan compile(Schema writer, Types.StructType table, LandingSpec spec, Masks masks) {
        return new DecodePlan(writer, table, spec, masks);
    }

    /** Decodes the value from byte {@code from} on; after a {@link Landed.Row} the row holds it. */
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
            root.fill(in, row);
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
        ByteBuffer payload = in.payload();
        row.put(payloadPosition, payload);
        return payload == null ? Landed.Row.TYPED : Landed.Row.WITH_PAYLOAD;
    }

    /** The row that the last decoding filled; the columns that are not the writer's are the caller's. */
    StructRow row() {
        return row;
    }
}
