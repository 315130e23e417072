package dev.sluice.embedded.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.schemas.registry.CompatibilityVerdict;
import dev.sluice.schemas.registry.RegisteredSchema;
import dev.sluice.schemas.registry.SchemaRegistry;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What a client promises, whichever client it is and whatever server it asks. Every test has a subject of its own. */
interface SchemaRegistryContract {
    Schema ONE = SchemaBuilder.record("Thing")
            .namespace("dev.sluice.test")
            .doc("Why there are things.")
            .fields()
            .requiredLong("id")
            .endRecord();
    Schema TWO = SchemaBuilder.record("Thing")
            .namespace("dev.sluice.test")
            .doc("Why there are things.")
            .fields()
            .requiredLong("id")
            .optionalString("label")
            .endRecord();
    Schema OTHER = SchemaBuilder.record("Thing")
            .namespace("dev.sluice.test")
            .fields()
            .requiredString("id")
            .endRecord();

    /** The client, on a running server. */
    SchemaRegistry client();

    /** Another client of the same server, with nothing in memory. */
    SchemaRegistry another();

    /** A client of nobody. */
    SchemaRegistry ofNobody();

    @Test
    default void whatIsRegisteredIsFoundById() {
        String subject = subject();
        int id = client().register(subject, ONE);

        assertThat(client().register(subject, ONE)).isEqualTo(id);
        try (SchemaRegistry reader = another()) {
            assertThat(reader.byId(id)).isEqualTo(ONE);
            assertThat(reader.byId(id).getDoc()).isEqualTo("Why there are things.");
        }
    }

    @Test
    default void aSecondVersionIsTheLatestAndBothAreListed() {
        String subject = subject();
        int first = client().register(subject, ONE);
        assertThat(client().latest(subject).version()).isEqualTo(1);
        int second = client().register(subject, TWO);

        assertThat(second).isNotEqualTo(first);
        assertThat(client().latest(subject)).isEqualTo(new RegisteredSchema(subject, 2, second, TWO));
        assertThat(client().lookUp(subject, ONE)).isEqualTo(new RegisteredSchema(subject, 1, first, ONE));
        assertThat(client().versions(subject)).containsExactly(1, 2);
        assertThat(client().subjects()).contains(subject);
    }

    @Test
    default void anIncompatibleSchemaIsRefused() {
        String subject = subject();
        client().register(subject, ONE);
        client().setCompatibility(subject, "BACKWARD");

        CompatibilityVerdict verdict = client().check(subject, OTHER);
        assertThat(verdict.compatible()).isFalse();
        assertThat(client().check(subject, TWO).compatible()).isTrue();
        fails(ErrorCode.SCHEMA_INCOMPATIBLE, () -> client().register(subject, OTHER));
        assertThat(client().versions(subject)).containsExactly(1);
    }

    @Test
    default void aSubjectThatIsNotThereTakesAnySchema() {
        assertThat(client().check(subject(), ONE).compatible()).isTrue();
    }

    @Test
    default void theLevelOfASubjectIsItsOwnElseTheRegistrys() {
        String subject = subject();
        client().register(subject, ONE);
        assertThat(client().compatibility(subject)).isIn("BACKWARD", "NONE");

        client().setCompatibility(subject, "FULL");

        assertThat(client().compatibility(subject)).isEqualTo("FULL");
    }

    @Test
    default void whatIsNotThereIsSaidToBeMissing() {
        fails(ErrorCode.SCHEMA_NOT_FOUND, () -> client().byId(987_654));
        fails(ErrorCode.SCHEMA_NOT_FOUND, () -> client().byId(-1));
        fails(ErrorCode.SCHEMA_NOT_FOUND, () -> client().latest(subject()));
        fails(ErrorCode.SCHEMA_NOT_FOUND, () -> client().versions(subject()));
        String subject = subject();
        client().register(subject, ONE);
        fails(ErrorCode.SCHEMA_NOT_FOUND, () -> client().lookUp(subject, OTHER));
    }

    @Test
    default void nobodyThereSaysNothingAboutTheSchema() {
        try (SchemaRegistry nobody = ofNobody()) {
            fails(ErrorCode.REGISTRY_UNAVAILABLE, () -> nobody.byId(1));
        }
    }

    private static String subject() {
        return "contract-" + UUID.randomUUID() + "-value";
    }

    private static void fails(ErrorCode code, ThrowingCallable call) {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(call)
                .withMessageStartingWith("Cannot ")
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(code));
    }
}
