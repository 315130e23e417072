package dev.sluice.sink.land;

import dev.sluice.sink.land.columns.BytesColumn;
import dev.sluice.sink.land.columns.Column;
import dev.sluice.sink.land.columns.NumberColumn;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** The fast ways of the values that most records consist of: texts, numbers, enums, bytes. */
final class LeafTranscoders {
    private final Masks masks;

    LeafTranscoders(Masks masks) {
        this.masks = masks;
    }

    /** A transcoder of a value whose type fits the column; null where there is no fast way. */
    @Nullable
    Transcoder of(Schema schema, Type type, Column column, @Nullable PiiAction action, List<Check> allChecks) {
        List<Check> checks = allChecks.stream()
                .filter(check -> !(check instanceof Check.NotNull))
                .toList();
        if (action != null && action != PiiAction.KEEP) {
            return column instanceof BytesColumn bytes && schema.getType() == Schema.Type.STRING && checks.isEmpty()
                    ? masked(bytes, action)
                    : null;
        }
        if (column instanceof BytesColumn bytes) {
            return schema.getType() == Schema.Type.STRING
                    ? text(bytes, checks)
                    : checks.isEmpty() ? bytes(schema, bytes) : null;
        }
        return column instanceof NumberColumn numbers ? number(schema, type, numbers, checks) : null;
    }

    private Transcoder masked(BytesColumn column, PiiAction action) {
        return (in, rep) -> {
            int start = in.position();
            int from = in.takeText();
            byte[] masked = masks.text(in.bytes(), from, in.position() - from, action);
            in.splices().replaceSized(start, in.position(), masked);
            column.add(masked, 0, masked.length, rep);
        };
    }

    private static @Nullable Transcoder text(BytesColumn column, List<Check> checks) {
        if (checks.isEmpty()) {
            return (in, rep) -> {
                int from = in.takeText();
                column.add(in.bytes(), from, in.position() - from, rep);
            };
        }
        if (checks.size() > 1 || !(checks.get(0) instanceof Check.Matches matches)) {
            return null;
        }
        BytePattern pattern = BytePattern.of(matches.pattern());
        if (pattern == null) {
            return null;
        }
        String detail = Checks.broken(matches);
        return (in, rep) -> {
            int from = in.takeText();
            int length = in.position() - from;
            if (!pattern.matches(in.bytes(), from, length)) {
                in.broken(RejectReason.RULE_BROKEN, detail);
            }
            column.add(in.bytes(), from, length, rep);
        };
    }

    private static @Nullable Transcoder bytes(Schema schema, BytesColumn column) {
        if (schema.getType() == Schema.Type.ENUM) {
            byte[][] symbols = schema.getEnumSymbols().stream()
                    .map(symbol -> symbol.getBytes(StandardCharsets.UTF_8))
                    .toArray(byte[][]::new);
            return (in, rep) -> {
                byte[] symbol = symbols[in.readIndex(symbols.length, "a symbol index")];
                column.add(symbol, 0, symbol.length, rep);
            };
        }
        if (schema.getLogicalType() != null) {
            return null;
        }
        return switch (schema.getType()) {
            case BYTES ->
                (in, rep) -> {
                    int from = in.takeBytes();
                    column.add(in.bytes(), from, in.position() - from, rep);
                };
            case FIXED -> {
                int size = schema.getFixedSize();
                yield (in, rep) -> column.add(in.bytes(), in.take(size), size, rep);
            }
            default -> null;
        };
    }

    private static @Nullable Transcoder number(Schema schema, Type type, NumberColumn column, List<Check> checks) {
        String logical =
                schema.getLogicalType() == null ? "" : schema.getLogicalType().getName();
        if (logical.startsWith("time-") || logical.endsWith("timestamp-millis") || logical.equals("decimal")) {
            return null;
        }
        boolean whole = type.typeId() == Type.TypeID.INTEGER || type.typeId() == Type.TypeID.LONG;
        WholeChecks limits = whole ? WholeChecks.of(checks) : checks.isEmpty() ? WholeChecks.NONE : null;
        if (limits == null) {
            return null;
        }
        return switch (schema.getType()) {
            case INT ->
                (in, rep) -> {
                    int number = in.readInt();
                    limits.check(in, number);
                    column.add(number, rep);
                };
            case LONG ->
                (in, rep) -> {
                    long number = in.readLong();
                    limits.check(in, number);
                    column.add(number, rep);
                };
            case FLOAT ->
                type.typeId() == Type.TypeID.DOUBLE
                        ? (in, rep) -> column.add(Double.doubleToLongBits(in.readFloat()), rep)
                        : (in, rep) -> column.add(Float.floatToIntBits(in.readFloat()), rep);
            case DOUBLE -> (in, rep) -> column.add(Double.doubleToLongBits(in.readDouble()), rep);
            case BOOLEAN -> (in, rep) -> column.add(in.readBoolean() ? 1 : 0, rep);
            default -> null;
        };
    }
}
