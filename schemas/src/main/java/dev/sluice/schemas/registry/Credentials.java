package dev.sluice.schemas.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** How a request says who asks. No implementation shows its secret in {@link Object#toString}. */
sealed interface Credentials
        permits Credentials.None, Credentials.Basic, Credentials.Bearer, OAuth, ConfluentSchemaRegistry.Configured {
    /**
     * Value of the {@code Authorization} header, if one is to be sent.
     *
     * @throws dev.sluice.error.SluiceException {@code REGISTRY_UNAVAILABLE} or {@code REGISTRY_REFUSED} when it has to
     *     be fetched first and cannot be
     */
    Optional<String> header();

    /** Whether to ask once more with the next header, since the registry refused this one. */
    default boolean renew(String refused) {
        return false;
    }

    /** Texts that must never be shown. */
    List<String> secrets();

    /** What an error message may say about them. */
    String description();

    /** The text with every secret in it replaced, for texts that came from outside. */
    default String redact(String text) {
        String redacted = text;
        for (String secret : secrets()) {
            redacted = secret.isEmpty() ? redacted : redacted.replace(secret, "****");
        }
        return redacted;
    }

    record None() implements Credentials {
        @Override
        public Optional<String> header() {
            return Optional.empty();
        }

        @Override
        public List<String> secrets() {
            return List.of();
        }

        @Override
        public String description() {
            return "no credentials";
        }
    }

    record Basic(String user, String password) implements Credentials {
        @Override
        public Optional<String> header() {
            return Optional.of("Basic " + encoded());
        }

        @Override
        public List<String> secrets() {
            return List.of(encoded(), password);
        }

        @Override
        public String description() {
            return "the basic credentials of user " + user;
        }

        private String encoded() {
            return Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String toString() {
            return description();
        }
    }

    record Bearer(String token) implements Credentials {
        @Override
        public Optional<String> header() {
            return Optional.of("Bearer " + token);
        }

        @Override
        public List<String> secrets() {
            return List.of(token);
        }

        @Override
        public String description() {
            return "a bearer token";
        }

        @Override
        public String toString() {
            return description();
        }
    }
}
