package dev.sluice.embedded.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the entries of the log add up to. It refuses nothing; {@link RegistryRules} does. Not safe for several threads.
 */
final class RegistryState {
    private final NavigableMap<String, NavigableMap<Integer, Registration>> subjects = new TreeMap<>();
    private final Map<Integer, SchemaDocument> documents = new HashMap<>();
    private final Map<SchemaDocument, Integer> ids = new HashMap<>();
    private final Map<String, CompatibilityLevel> levels = new HashMap<>();
    private CompatibilityLevel globalLevel = CompatibilityLevel.BACKWARD;
    private int lastId;

    void register(Registration registration) {
        subjects.computeIfAbsent(registration.subject(), name -> new TreeMap<>())
                .put(registration.version(), registration);
        documents.putIfAbsent(registration.id(), registration.document());
        ids.putIfAbsent(registration.document(), registration.id());
        lastId = Math.max(lastId, registration.id());
    }

    void delete(LogEntry.Deleted entry) {
        NavigableMap<Integer, Registration> versions = subjects.getOrDefault(entry.subject(), new TreeMap<>());
        for (int version : entry.versions()) {
            if (entry.permanent()) {
                versions.remove(version);
            } else {
                versions.computeIfPresent(version, (number, registration) -> registration.softDeleted());
            }
        }
        if (versions.isEmpty()) {
            subjects.remove(entry.subject());
        }
    }

    void setLevel(LogEntry.LevelSet entry) {
        String subject = entry.subject();
        CompatibilityLevel level = entry.level();
        if (subject == null) {
            globalLevel = level == null ? CompatibilityLevel.BACKWARD : level;
        } else if (level == null) {
            levels.remove(subject);
        } else {
            levels.put(subject, level);
        }
    }

    /** In alphabetical order, those with soft-deleted versions only included. */
    List<String> subjects() {
        return List.copyOf(subjects.keySet());
    }

    /** Oldest first; empty if there is no such subject. */
    List<Registration> versions(String subject, boolean deletedToo) {
        return subjects.getOrDefault(subject, new TreeMap<>()).values().stream()
                .filter(registration -> deletedToo || !registration.deleted())
                .toList();
    }

    Optional<Registration> find(String subject, int version) {
        return Optional.ofNullable(
                subjects.getOrDefault(subject, new TreeMap<>()).get(version));
    }

    Optional<SchemaDocument> document(int id) {
        return Optional.ofNullable(documents.get(id));
    }

    /** The versions of all subjects that have this id. */
    List<Registration> uses(int id) {
        return all().stream().filter(registration -> registration.id() == id).toList();
    }

    boolean isReferenced(String subject, int version) {
        return all().stream()
                .filter(registration -> !registration.deleted())
                .flatMap(registration -> registration.document().references().stream())
                .anyMatch(reference -> reference.subject().equals(subject) && reference.version() == version);
    }

    /** The id the schema has already, or the next free one. */
    int idFor(SchemaDocument document) {
        return ids.getOrDefault(document, lastId + 1);
    }

    Optional<CompatibilityLevel> level(String subject) {
        return Optional.ofNullable(levels.get(subject));
    }

    CompatibilityLevel globalLevel() {
        return globalLevel;
    }

    private List<Registration> all() {
        List<Registration> all = new ArrayList<>();
        subjects.values().forEach(versions -> all.addAll(versions.values()));
        return all;
    }
}
