package dev.sluice.schemas.registry;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/**
 * Whether a schema file could become, or already is, a version of a subject.
 *
 * @param level the compatibility level in force, for example {@code BACKWARD}
 * @param reasons why not, at least one where the verdict is no
 */
public record ContractCheck(String subject, String level, Verdict verdict, List<String> reasons) {
    public ContractCheck {
        reasons = List.copyOf(reasons);
    }

    /** What the registry holds against the schema. */
    public enum Verdict {
        /** The subject has exactly this schema. */
        REGISTERED,
        /** The subject would take it as its next version. */
        COMPATIBLE,
        /** There is no such subject yet, so it would be the first version. */
        NEW,
        /** The subject would refuse it. */
        INCOMPATIBLE
    }

    /** Asks the registry; changes nothing there. */
    public static ContractCheck of(SchemaRegistry registry, String subject, Schema schema) {
        String level = registry.compatibility(subject);
        Optional<Schema> latest = find(() -> registry.latest(subject)).map(RegisteredSchema::schema);
        if (latest.isEmpty()) {
            return new ContractCheck(subject, level, Verdict.NEW, List.of());
        }
        if (find(() -> registry.lookUp(subject, schema)).isPresent()) {
            return new ContractCheck(subject, level, Verdict.REGISTERED, List.of());
        }
        CompatibilityVerdict answer = registry.check(subject, schema);
        if (answer.compatible()) {
            return new ContractCheck(subject, level, Verdict.COMPATIBLE, List.of());
        }
        List<String> reasons = answer.messages().isEmpty() ? reasons(level, schema, latest.get()) : answer.messages();
        return new ContractCheck(subject, level, Verdict.INCOMPATIBLE, reasons);
    }

    private static Optional<RegisteredSchema> find(Supplier<RegisteredSchema> question) {
        try {
            return Optional.of(question.get());
        } catch (SluiceException e) {
            if (e.code() == ErrorCode.SCHEMA_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** For registries that only say no (Apicurio): Avro's own rules, against the latest version. */
    private static List<String> reasons(String level, Schema schema, Schema latest) {
        List<String> reasons = new ArrayList<>();
        if (level.startsWith("BACKWARD") || level.startsWith("FULL")) {
            reasons.addAll(unreadable("the new schema cannot read values of the latest version", schema, latest));
        }
        if (level.startsWith("FORWARD") || level.startsWith("FULL")) {
            reasons.addAll(unreadable("the latest version cannot read values of the new schema", latest, schema));
        }
        if (reasons.isEmpty()) {
            reasons.add("the registry gives no reason; against the latest version Avro has none either");
        }
        return reasons;
    }

    private static List<String> unreadable(String what, Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getResult()
                .getIncompatibilities()
                .stream()
                .map(found ->
                        "%s: %s at %s (%s)".formatted(what, found.getType(), found.getLocation(), found.getMessage()))
                .toList();
    }
}
