package dev.sluice.app.config;

/** A column whose raw value must not reach the table. Dots lead into nested records. */
public record PiiColumn(String column, Rule rule) {
    public enum Rule {
        /** A keyed HMAC-SHA-256, so that equal values stay equal. */
        HASH,
        /** A fixed text. */
        REDACT,
        /** Untouched; says that somebody thought about it. */
        KEEP
    }
}
