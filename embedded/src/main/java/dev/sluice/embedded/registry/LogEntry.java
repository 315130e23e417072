package dev.sluice.embedded.registry;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One change of the registry, and one line of its log. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "op")
@JsonSubTypes({
    @JsonSubTypes.Type(value = LogEntry.Registered.class, name = "register"),
    @JsonSubTypes.Type(value = LogEntry.Deleted.class, name = "delete"),
    @JsonSubTypes.Type(value = LogEntry.LevelSet.class, name = "level")
})
sealed interface LogEntry {
    /** A version of a subject came to be. */
    record Registered(String subject, int version, int id, String schema, List<SchemaReference> references)
            implements LogEntry {}

    /**
     * Versions of a subject were deleted.
     *
     * @param permanent whether they were removed, after they had been soft-deleted before
     */
    record Deleted(String subject, List<Integer> versions, boolean permanent) implements LogEntry {}

    /**
     * A compatibility level was set or taken away.
     *
     * @param subject null for the global level
     * @param level null if the subject goes back to the global one
     */
    record LevelSet(@Nullable String subject, @Nullable CompatibilityLevel level) implements LogEntry {}
}
