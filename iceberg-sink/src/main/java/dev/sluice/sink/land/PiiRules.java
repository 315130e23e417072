package dev.sluice.sink.land;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which columns are masked at landing, and how. A column is named by its path ({@code customer_email},
 * {@code address.street}; lists and maps add nothing to the path: {@code items.sku}). A rule holds for everything below
 * its path until a longer path says otherwise, and it follows a field that was renamed by an Avro alias. The path
 * {@code _kafka_key} masks the record key.
 *
 * <p>Text and bytes are masked in place. Enums, numbers, times and booleans are redacted to null; hashing leaves the
 * hash where the column is text and null elsewhere. Null stays null. A redacted map lands empty.
 */
public final class PiiRules {
    /** What redacted text becomes. */
    public static final String REDACTED = "[redacted]";

    private static final int SHORTEST_KEY = 16;
    private static final PiiRules NONE = new PiiRules(Map.of(), new byte[0]);

    private final Map<String, PiiAction> actions;
    private final byte[] hmacKey;

    /**
     * Rules by column path.
     *
     * @param hmacKey the secret of {@link PiiAction#HASH}, at least 16 bytes; may be empty when nothing is hashed
     * @throws SluiceException CONFIG_INVALID when something is hashed and the key is too short
     */
    public PiiRules(Map<String, PiiAction> actions, byte[] hmacKey) {
        if (actions.containsValue(PiiAction.HASH) && hmacKey.length < SHORTEST_KEY) {
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID,
                    "Cannot hash columns: the HMAC key is too short, expected at least " + SHORTEST_KEY
                            + " bytes, found " + hmacKey.length);
        }
        this.actions = Map.copyOf(actions);
        this.hmacKey = hmacKey.clone();
    }

    /** No column is masked. */
    public static PiiRules none() {
        return NONE;
    }

    /** The paths that have a rule. */
    public Set<String> columns() {
        return actions.keySet();
    }

    @Nullable
    PiiAction at(String path) {
        return actions.get(path);
    }

    boolean isEmpty() {
        return actions.isEmpty();
    }

    KeyedHash newHash() {
        return new KeyedHash(hmacKey);
    }

    static byte[] redactedText() {
        return REDACTED.getBytes(StandardCharsets.UTF_8);
    }
}
