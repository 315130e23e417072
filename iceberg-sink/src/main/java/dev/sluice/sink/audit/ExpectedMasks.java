package dev.sluice.sink.audit;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.land.PiiAction;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** What the rules for personal data must have made of a value, by the JDK's own HMAC. */
final class ExpectedMasks {
    private static final String HMAC = "HmacSHA256";
    private static final String REDACTED = "[redacted]";

    private final @Nullable Mac mac;

    /** @param key the secret of the hash; null when it is not at hand, and no hash may be asked for */
    ExpectedMasks(byte @Nullable [] key) {
        try {
            mac = key == null ? null : Mac.getInstance(HMAC);
            if (mac != null) {
                mac.init(new SecretKeySpec(key, HMAC));
            }
        } catch (GeneralSecurityException e) {
            throw new SluiceException(ErrorCode.BUG, "Cannot compute " + HMAC + ": the JVM refused it", e);
        }
    }

    /** Whether a hash can be computed. */
    boolean keyed() {
        return mac != null;
    }

    /** The column of a value, given as the column would have it without a rule. */
    @Nullable
    Object column(Schema leaf, PiiAction action, @Nullable Object value) {
        boolean named = leaf.getType() == Schema.Type.ENUM || leaf.getType() == Schema.Type.FIXED;
        return textOrBytes(leaf) || (named && action == PiiAction.HASH && !decimal(leaf))
                ? masked(action, value)
                : null;
    }

    /** The value in the bytes of the record that are kept. */
    Object kept(Schema leaf, PiiAction action, Object value) {
        if (textOrBytes(leaf)) {
            Object masked = masked(action, value instanceof CharSequence text ? text.toString() : value);
            return masked == null ? value : masked;
        }
        // The smallest value of the type, which says nothing.
        return switch (leaf.getType()) {
            case BYTES -> ByteBuffer.wrap(new byte[1]);
            case FIXED -> ByteBuffer.allocate(leaf.getFixedSize());
            case ENUM -> leaf.getEnumSymbols().get(0);
            case BOOLEAN -> false;
            case FLOAT, DOUBLE -> 0.0;
            case INT, LONG -> 0;
            case NULL, STRING, ARRAY, MAP, RECORD, UNION -> value;
        };
    }

    @Nullable
    ByteBuffer key(PiiAction action, ByteBuffer key) {
        return action == PiiAction.HASH ? ByteBuffer.wrap(hash(key)) : null;
    }

    private @Nullable Object masked(PiiAction action, @Nullable Object value) {
        if (value instanceof String text) {
            return action == PiiAction.REDACT
                    ? REDACTED
                    : HexFormat.of().formatHex(hash(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
        }
        if (value instanceof ByteBuffer bytes) {
            return action == PiiAction.REDACT ? ByteBuffer.allocate(0) : ByteBuffer.wrap(hash(bytes));
        }
        return null;
    }

    private byte[] hash(ByteBuffer bytes) {
        if (mac == null) {
            throw new SluiceException(ErrorCode.BUG, "Cannot compute " + HMAC + ": there is no key");
        }
        mac.update(bytes.duplicate());
        return mac.doFinal();
    }

    private static boolean textOrBytes(Schema leaf) {
        return leaf.getType() == Schema.Type.STRING || (leaf.getType() == Schema.Type.BYTES && !decimal(leaf));
    }

    private static boolean decimal(Schema leaf) {
        return leaf.getLogicalType() instanceof LogicalTypes.Decimal;
    }
}
