package dev.sluice.app.ingest;

import dev.sluice.app.config.SourceConfig;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.schemas.registry.SchemaRegistry;
import java.util.List;
import org.apache.avro.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds a slip in a rule for personal data at the start, as far as the registry knows the source's schema by then. What
 * it does not know yet is checked when the first record of each schema is met.
 */
final class RuleCoverage {
    private static final Logger LOG = LoggerFactory.getLogger(RuleCoverage.class);

    private final SchemaRegistry registry;

    RuleCoverage(SchemaRegistry registry) {
        this.registry = registry;
    }

    /**
     * A rule is a slip when neither the subject's newest schema nor the table has its column. One that the table has is
     * right: a producer has dropped or renamed the field since, which must not keep the service from starting.
     *
     * @throws SluiceException {@code CONFIG_INVALID} naming the rules
     */
    void check(LandingTarget target) {
        SourceConfig source = target.source();
        if (source.pii().isEmpty()) {
            return;
        }
        Schema newest;
        try {
            newest = registry.latest(source.subject()).schema();
        } catch (SluiceException e) {
            LOG.atInfo()
                    .addKeyValue("source", source.name())
                    .addKeyValue("reason", e.getMessage())
                    .log("rules for personal data are checked when records come");
            return;
        }
        List<String> unmatched = newest.getType() == Schema.Type.RECORD
                ? source.piiRules().unmatched(newest).stream()
                        .filter(path -> !target.hasColumn(path))
                        .toList()
                : List.of();
        if (!unmatched.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID,
                    "[%s] Cannot mask column %s of source %s: neither the table nor the newest schema of subject %s has it, expected one of its fields or optional: true, found %s"
                            .formatted(
                                    source.topic(),
                                    String.join(", ", unmatched),
                                    source.name(),
                                    source.subject(),
                                    newest.getFields().stream()
                                            .map(Schema.Field::name)
                                            .toList()));
        }
    }
}
