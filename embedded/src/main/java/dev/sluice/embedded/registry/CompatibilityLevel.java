package dev.sluice.embedded.registry;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/** Which earlier versions a new schema must get along with, and in which direction. */
enum CompatibilityLevel {
    NONE(false, false, false),
    BACKWARD(true, false, false),
    BACKWARD_TRANSITIVE(true, false, true),
    FORWARD(false, true, false),
    FORWARD_TRANSITIVE(false, true, true),
    FULL(true, true, false),
    FULL_TRANSITIVE(true, true, true);

    private final boolean readsEarlier;
    private final boolean readByEarlier;
    private final boolean transitive;

    CompatibilityLevel(boolean readsEarlier, boolean readByEarlier, boolean transitive) {
        this.readsEarlier = readsEarlier;
        this.readByEarlier = readByEarlier;
        this.transitive = transitive;
    }

    /**
     * What speaks against {@code next} as the following version; empty if nothing does.
     *
     * @param earlier the subject's versions, oldest first
     */
    List<String> objections(Schema next, List<Registration> earlier) {
        int first = transitive || earlier.isEmpty() ? 0 : earlier.size() - 1;
        List<String> objections = new ArrayList<>();
        for (Registration version : earlier.subList(first, earlier.size())) {
            objections.addAll(objections(next, version));
        }
        return objections;
    }

    /** What speaks against {@code next} beside one earlier version. */
    List<String> objections(Schema next, Registration earlier) {
        List<String> objections = new ArrayList<>();
        Schema other = earlier.document().schema();
        if (readsEarlier) {
            unreadable(next, other)
                    .forEach(reason -> objections.add(
                            "The new schema cannot read version %d: %s".formatted(earlier.version(), reason)));
        }
        if (readByEarlier) {
            unreadable(other, next)
                    .forEach(reason -> objections.add(
                            "Version %d cannot read the new schema: %s".formatted(earlier.version(), reason)));
        }
        return objections;
    }

    private static List<String> unreadable(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getResult()
                .getIncompatibilities()
                .stream()
                .map(found -> "%s at %s: %s".formatted(found.getType(), found.getLocation(), found.getMessage()))
                .toList();
    }
}
