package dev.sluice.embedded.registry;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the registry allows. Every change is written to the log first and made in memory second, one at a time, so that
 * what a client was told survives a crash.
 */
final class RegistryRules implements AutoCloseable {
    private final RegistryState state = new RegistryState();
    private final DocumentParser parser = new DocumentParser(state);
    private final RegistryLog log;

    private RegistryRules(RegistryLog log) {
        this.log = log;
    }

    /** The registry that a log adds up to. It owns the log from here on, also if it cannot be read. */
    static RegistryRules replay(RegistryLog log) {
        try {
            RegistryRules rules = new RegistryRules(log);
            log.replay().forEach(rules::apply);
            return rules;
        } catch (RuntimeException e) {
            log.close();
            throw e;
        }
    }

    synchronized SchemaDocument parse(String text, List<SchemaReference> references) throws Refusal {
        return parser.parse(text, references);
    }

    synchronized List<String> subjects(String prefix, boolean deletedToo) {
        return state.subjects().stream()
                .filter(subject -> subject.startsWith(prefix)
                        && !state.versions(subject, deletedToo).isEmpty())
                .toList();
    }

    synchronized List<Integer> versions(String subject, boolean deletedToo) throws Refusal {
        return existing(subject, deletedToo).stream().map(Registration::version).toList();
    }

    /**
     * One version of a subject.
     *
     * @param version {@code latest}, {@code -1} for the same, or a number
     */
    synchronized Registration version(String subject, String version, boolean deletedToo) throws Refusal {
        List<Registration> versions = existing(subject, deletedToo);
        if (version.equals("latest") || version.equals("-1")) {
            return versions.get(versions.size() - 1);
        }
        int number = number(version);
        return versions.stream()
                .filter(registration -> registration.version() == number)
                .findFirst()
                .orElseThrow(() -> Refusal.noVersion(version));
    }

    synchronized SchemaDocument document(int id) throws Refusal {
        return state.document(id).orElseThrow(() -> Refusal.noSchema(id));
    }

    synchronized List<Registration> uses(int id, boolean deletedToo) throws Refusal {
        document(id);
        return state.uses(id).stream()
                .filter(registration -> deletedToo || !registration.deleted())
                .toList();
    }

    synchronized Registration lookUp(String subject, SchemaDocument document, boolean deletedToo) throws Refusal {
        return existing(subject, deletedToo).stream()
                .filter(registration -> registration.document().equals(document))
                .findFirst()
                .orElseThrow(Refusal::noSchema);
    }

    /** The id of the schema, which is the subject's next version now unless it was one before. */
    synchronized int register(String subject, SchemaDocument document) throws Refusal {
        Optional<Registration> before = state.versions(subject, false).stream()
                .filter(registration -> registration.document().equals(document))
                .findFirst();
        if (before.isPresent()) {
            return before.get().id();
        }
        List<String> objections = objections(subject, document);
        if (!objections.isEmpty()) {
            throw Refusal.incompatible(subject, objections);
        }
        int version = 1
                + state.versions(subject, true).stream()
                        .mapToInt(Registration::version)
                        .max()
                        .orElse(0);
        int id = state.idFor(document);
        log.append(new LogEntry.Registered(subject, version, id, document.text(), document.references()));
        state.register(new Registration(subject, version, id, document, false));
        return id;
    }

    /** What speaks against registering the schema. */
    synchronized List<String> objections(String subject, SchemaDocument document) {
        return level(subject).objections(document.schema(), state.versions(subject, false));
    }

    /** What speaks against the schema beside one version; nothing does if there is no latest one yet. */
    synchronized List<String> objections(String subject, String version, SchemaDocument document) throws Refusal {
        if (version.equals("latest") && state.versions(subject, false).isEmpty()) {
            return List.of();
        }
        return level(subject).objections(document.schema(), version(subject, version, false));
    }

    synchronized List<Integer> delete(String subject, boolean permanent) throws Refusal {
        List<Registration> all = state.versions(subject, true);
        List<Registration> live = state.versions(subject, false);
        if (all.isEmpty()) {
            throw Refusal.noSubject(subject);
        }
        if (permanent && !live.isEmpty()) {
            throw Refusal.subjectNotDeleted(subject);
        }
        if (!permanent && live.isEmpty()) {
            throw Refusal.subjectAlreadyDeleted(subject);
        }
        return delete(subject, permanent ? all : live, permanent);
    }

    synchronized int deleteVersion(String subject, String version, boolean permanent) throws Refusal {
        Registration found = version(subject, version, true);
        if (permanent && !found.deleted()) {
            throw Refusal.versionNotDeleted(subject, found.version());
        }
        if (!permanent && found.deleted()) {
            throw Refusal.versionAlreadyDeleted(subject, found.version());
        }
        return delete(subject, List.of(found), permanent).get(0);
    }

    private List<Integer> delete(String subject, List<Registration> registrations, boolean permanent) throws Refusal {
        List<Integer> versions =
                registrations.stream().map(Registration::version).toList();
        for (int version : versions) {
            if (state.isReferenced(subject, version)) {
                throw Refusal.referenced(subject, version);
            }
        }
        change(new LogEntry.Deleted(subject, versions, permanent));
        return versions;
    }

    synchronized CompatibilityLevel globalLevel() {
        return state.globalLevel();
    }

    synchronized CompatibilityLevel ownLevel(String subject) throws Refusal {
        return state.level(subject).orElseThrow(() -> Refusal.noLevel(subject));
    }

    synchronized CompatibilityLevel level(String subject) {
        return state.level(subject).orElseGet(state::globalLevel);
    }

    /**
     * Sets or removes a level.
     *
     * @param subject null for the global level
     * @param level null to remove the subject's own
     */
    synchronized void setLevel(@Nullable String subject, @Nullable CompatibilityLevel level) {
        change(new LogEntry.LevelSet(subject, level));
    }

    private void change(LogEntry entry) {
        log.append(entry);
        apply(entry);
    }

    private void apply(LogEntry entry) {
        if (entry instanceof LogEntry.Registered registered) {
            state.register(new Registration(
                    registered.subject(), registered.version(), registered.id(), stored(registered), false));
        } else if (entry instanceof LogEntry.Deleted deleted) {
            state.delete(deleted);
        } else if (entry instanceof LogEntry.LevelSet levelSet) {
            state.setLevel(levelSet);
        }
    }

    private SchemaDocument stored(LogEntry.Registered entry) {
        try {
            return parser.parse(entry.schema(), entry.references());
        } catch (Refusal e) {
            throw new SluiceException(
                    ErrorCode.DATA_FOLDER,
                    "Cannot read the registry log: version %d of subject %s is damaged, expected an Avro schema, found %s"
                            .formatted(entry.version(), entry.subject(), e.getMessage()),
                    e);
        }
    }

    private List<Registration> existing(String subject, boolean deletedToo) throws Refusal {
        List<Registration> versions = state.versions(subject, deletedToo);
        if (versions.isEmpty()) {
            throw Refusal.noSubject(subject);
        }
        return versions;
    }

    private static int number(String version) throws Refusal {
        try {
            int number = Integer.parseInt(version);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw Refusal.invalidVersion(version);
        }
        throw Refusal.invalidVersion(version);
    }

    @Override
    public synchronized void close() {
        log.close();
    }
}
