package dev.sluice.embedded.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CompatibilityLevelTest {
    private static final String A = "{'name':'a','type':'int'}";
    private static final String B = "{'name':'b','type':'int'}";
    private static final String B_OPTIONAL = "{'name':'b','type':'int','default':0}";

    @ParameterizedTest
    @CsvSource({
        "NONE, true, true, true",
        "BACKWARD, false, true, true",
        "BACKWARD_TRANSITIVE, false, true, true",
        "FORWARD, true, false, true",
        "FORWARD_TRANSITIVE, true, false, true",
        "FULL, false, false, true",
        "FULL_TRANSITIVE, false, false, true"
    })
    void oneStepIsJudgedInTheLevelsDirection(
            CompatibilityLevel level, boolean addRequired, boolean dropRequired, boolean addOptional) {
        assertThat(level.objections(record(A + "," + B), versions(record(A))).isEmpty())
                .isEqualTo(addRequired);
        assertThat(level.objections(record(A), versions(record(A + "," + B))).isEmpty())
                .isEqualTo(dropRequired);
        assertThat(level.objections(record(A + "," + B_OPTIONAL), versions(record(A)))
                        .isEmpty())
                .isEqualTo(addOptional);
    }

    @ParameterizedTest
    @CsvSource({
        "NONE, true, true",
        "BACKWARD, true, true",
        "BACKWARD_TRANSITIVE, false, true",
        "FORWARD, true, true",
        "FORWARD_TRANSITIVE, true, false",
        "FULL, true, true",
        "FULL_TRANSITIVE, false, false"
    })
    void onlyATransitiveLevelLooksPastTheLatestVersion(CompatibilityLevel level, boolean addAgain, boolean dropAgain) {
        assertThat(level.objections(record(A + "," + B), versions(record(A), record(A + "," + B)))
                        .isEmpty())
                .isEqualTo(addAgain);
        assertThat(level.objections(record(A), versions(record(A + "," + B), record(A)))
                        .isEmpty())
                .isEqualTo(dropAgain);
    }

    @ParameterizedTest
    @EnumSource
    void aFirstVersionIsAlwaysWelcome(CompatibilityLevel level) {
        assertThat(level.objections(record(A), List.of())).isEmpty();
    }

    @Test
    void anObjectionNamesTheVersionTheKindAndThePlace() {
        assertThat(CompatibilityLevel.BACKWARD.objections(record(A + "," + B), versions(record(A))))
                .containsExactly("The new schema cannot read version 1:"
                        + " READER_FIELD_MISSING_DEFAULT_VALUE at /fields/1: b");
    }

    private static List<Registration> versions(Schema... schemas) {
        List<Registration> versions = new ArrayList<>();
        for (Schema schema : schemas) {
            int number = versions.size() + 1;
            versions.add(new Registration(
                    "s", number, number, new SchemaDocument(schema.toString(), List.of(), schema), false));
        }
        return versions;
    }

    private static Schema record(String fields) {
        return new Schema.Parser()
                .parse("{'type':'record','name':'R','fields':[%s]}"
                        .formatted(fields)
                        .replace('\'', '"'));
    }
}
