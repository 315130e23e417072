package dev.sluice.sink.land;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.avro.util.Utf8;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** Puts landing checks between a reader and its column. What they say of a failure never holds the value. */
final class Checks {
    private static final BigDecimal SMALLEST = BigDecimal.valueOf(Long.MIN_VALUE);
    private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final int MOST_DIGITS = 40;

    private Checks() {}

    /** The reader with the check behind it. */
    static ValueReader after(ValueReader reader, Check check, Type column) {
        if (check instanceof Check.NotNull notNull) {
            return notNull(reader, notNull, "null");
        }
        Predicate<Object> rule = rule(check, column);
        String detail = broken(check);
        return (in, reuse) -> {
            Object value = reader.read(in, reuse);
            if (value != null && !rule.test(value)) {
                in.broken(RejectReason.RULE_BROKEN, detail);
            }
            return value;
        };
    }

    /** The reader with a not_null check behind it. */
    static ValueReader notNull(ValueReader reader, Check.NotNull check, String found) {
        String detail = nullFound(check, found);
        return (in, reuse) -> {
            Object value = reader.read(in, reuse);
            if (value == null) {
                in.broken(RejectReason.REQUIRED_NULL, detail);
            }
            return value;
        };
    }

    /** What is said of a value that breaks a check. */
    static String broken(Check check) {
        return "column " + check.column() + ": expected " + expected(check) + ", found another value";
    }

    /** The smallest (or, for a Max, largest) whole number that passes, null where the check is of another kind. */
    static @Nullable Long wholeBound(Check check) {
        if (check instanceof Check.Min min && isWithinLong(min.bound())) {
            return min.bound().setScale(0, RoundingMode.CEILING).longValueExact();
        }
        if (check instanceof Check.Max max && isWithinLong(max.bound())) {
            return max.bound().setScale(0, RoundingMode.FLOOR).longValueExact();
        }
        return null;
    }

    static String nullFound(Check.NotNull check, String found) {
        return "column " + check.column() + ": expected a value, found " + found;
    }

    static String missing(Check.NotNull check) {
        return "column " + check.column() + ": expected a value, found a writer schema without the field";
    }

    private static String expected(Check check) {
        if (check instanceof Check.Min min) {
            return "at least " + min.bound().toPlainString();
        }
        if (check instanceof Check.Max max) {
            return "at most " + max.bound().toPlainString();
        }
        if (check instanceof Check.Matches matches) {
            return "a match of " + matches.pattern();
        }
        return "one of " + (check instanceof Check.In in ? in.allowed().size() : 0) + " allowed values";
    }

    private static Predicate<Object> rule(Check check, Type column) {
        Long bound = isInteger(column) ? wholeBound(check) : null;
        if (bound != null) {
            long limit = bound;
            return check instanceof Check.Min
                    ? value -> ((Number) value).longValue() >= limit
                    : value -> ((Number) value).longValue() <= limit;
        }
        if (check instanceof Check.Min min && isNumber(column)) {
            return value -> {
                BigDecimal number = number(value);
                return number != null && number.compareTo(min.bound()) >= 0;
            };
        }
        if (check instanceof Check.Max max && isNumber(column)) {
            return value -> {
                BigDecimal number = number(value);
                return number != null && number.compareTo(max.bound()) <= 0;
            };
        }
        if (check instanceof Check.Matches matches && column.typeId() == Type.TypeID.STRING) {
            BytePattern simple = BytePattern.of(matches.pattern());
            if (simple != null) {
                return value -> simple.matches((Utf8) value);
            }
            return value -> {
                try {
                    return matches.pattern().matcher(value.toString()).matches();
                } catch (StackOverflowError e) {
                    // Patterns with repeated groups recurse per character; a long text must not stop the line.
                    return false;
                }
            };
        }
        if (check instanceof Check.In in && column.typeId() == Type.TypeID.STRING) {
            return in.allowed().stream().map(Utf8::new).collect(Collectors.toUnmodifiableSet())::contains;
        }
        if (check instanceof Check.In in && (isNumber(column) || column.typeId() == Type.TypeID.BOOLEAN)) {
            return value -> in.allowed().contains(value.toString());
        }
        throw new SluiceException(
                ErrorCode.CONFIG_INVALID,
                "Cannot check column " + check.column() + ": the rule "
                        + check.getClass().getSimpleName() + " does not suit its type, expected "
                        + (check instanceof Check.Min || check instanceof Check.Max ? "a number" : "text")
                        + ", found " + column);
    }

    /** Whether the bound can be rounded to a long; the others, which nobody writes, are compared as they are. */
    private static boolean isWithinLong(BigDecimal bound) {
        return Math.abs(bound.scale()) <= MOST_DIGITS && bound.compareTo(SMALLEST) > 0 && bound.compareTo(LARGEST) < 0;
    }

    private static boolean isInteger(Type type) {
        return type.typeId() == Type.TypeID.INTEGER || type.typeId() == Type.TypeID.LONG;
    }

    private static boolean isNumber(Type type) {
        return switch (type.typeId()) {
            case INTEGER, LONG, FLOAT, DOUBLE, DECIMAL -> true;
            default -> false;
        };
    }

    /** Null for what is not a finite number. */
    private static @Nullable BigDecimal number(Object value) {
        if (value instanceof BigDecimal decimal) {
            return decimal;
        }
        if (value instanceof Float || value instanceof Double) {
            double number = ((Number) value).doubleValue();
            return Double.isFinite(number) ? BigDecimal.valueOf(number) : null;
        }
        return BigDecimal.valueOf(((Number) value).longValue());
    }
}
