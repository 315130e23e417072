package dev.sluice.sink.land;

/** Why a record did not land. The names are stable: they are written to dead letters and counted in metrics. */
public enum RejectReason {
    EMPTY_VALUE("The value has no bytes at all"),
    NO_FRAMING("The value does not start with the magic byte and a schema id"),
    UNKNOWN_SCHEMA_ID("The registry has no schema of the id in the value"),
    TRUNCATED("The value ends before its schema does"),
    TRAILING_BYTES("The value goes on after its schema has ended"),
    CORRUPT("The value holds something that its schema does not allow"),
    REQUIRED_NULL("A column that must not be null is null"),
    RULE_BROKEN("A landing check other than not_null failed"),
    UNMAPPABLE_SCHEMA("The writer's schema is not a record"),
    TOO_LARGE("The value is larger than the configured limit"),
    PII_UNCOVERED(
            "The writer's schema lacks a column that a rule for personal data names, so raw data may hide elsewhere");

    private final String meaning;

    RejectReason(String meaning) {
        this.meaning = meaning;
    }

    /** One line for the generated reference. */
    public String meaning() {
        return meaning;
    }
}
