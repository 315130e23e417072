package dev.sluice.sink.land;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Which columns are masked at landing, and how. A column is named by its path ({@code customer_email},
 * {@code address.street}; lists and maps add nothing to the path: {@code items.sku}). A rule holds for everything below
 * its path until a longer path says otherwise, and it follows a field that was renamed by an Avro alias. The path
 * {@code _kafka_key} masks the record key.
 *
 * <p>A rule that matches nothing in a writer's schema is a leak waiting to happen: a slip in its path, or a field
 * renamed without an alias. So records of such a schema are rejected, unless the rule is optional.
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
    private final Set<String> optional;
    private final byte[] hmacKey;

    /** Rules by column path, none of them optional; as {@link #of}. */
    public PiiRules(Map<String, PiiAction> actions, byte[] hmacKey) {
        this(actions, Set.of(), hmacKey);
    }

    /**
     * Rules by column path.
     *
     * @param hmacKey the secret of {@link PiiAction#HASH}, at least 16 bytes; may be empty when nothing is hashed
     * @throws SluiceException CONFIG_INVALID when something is hashed and the key is too short
     */
    public static PiiRules of(Map<String, PiiRule> rules, byte[] hmacKey) {
        Map<String, PiiAction> actions = new TreeMap<>();
        Set<String> optional = new TreeSet<>();
        rules.forEach((path, rule) -> {
            actions.put(path, rule.action());
            if (rule.optional()) {
                optional.add(path);
            }
        });
        return new PiiRules(actions, optional, hmacKey);
    }

    private PiiRules(Map<String, PiiAction> actions, Set<String> optional, byte[] hmacKey) {
        if (actions.containsValue(PiiAction.HASH) && hmacKey.length < SHORTEST_KEY) {
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID,
                    "Cannot hash columns: the HMAC key is too short, expected at least " + SHORTEST_KEY
                            + " bytes, found " + hmacKey.length);
        }
        this.actions = Map.copyOf(actions);
        this.optional = Set.copyOf(optional);
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

    /** The rules that a writer's schema has no field for though it must, in order. Nothing is said of {@code keep}. */
    public List<String> unmatched(Schema writer) {
        return actions.entrySet().stream()
                .filter(rule -> rule.getValue() != PiiAction.KEEP)
                .map(Map.Entry::getKey)
                .filter(path -> !optional.contains(path) && !path.equals(BronzeColumns.KEY))
                .filter(path -> !FieldPaths.has(writer, path))
                .sorted()
                .toList();
    }

    /** What becomes of every record of a writer that a rule does not cover; null where all rules find their field. */
    public Landed.@Nullable Rejected refusal(Schema writer) {
        List<String> unmatched = writer.getType() == Schema.Type.RECORD ? unmatched(writer) : List.of();
        return unmatched.isEmpty()
                ? null
                : new Landed.Rejected(
                        RejectReason.PII_UNCOVERED,
                        "schema " + writer.getFullName() + ": expected a field for the rule of column "
                                + String.join(", ", unmatched)
                                + ", found none; correct the rule, or say optional: true if it may be missing");
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
