package dev.sluice.schemas.registry;

import java.util.Map;
import java.util.Optional;

/** Reads the credentials that apply to every address; empty where each address brings its own or none. */
final class CredentialsReader {
    private CredentialsReader() {}

    static Optional<Credentials> read(Map<RegistryKey, String> values) {
        Optional<Credentials> basic = basic(values);
        Optional<Credentials> bearer = bearer(values);
        if (basic.isPresent() && bearer.isPresent()) {
            throw RegistryKey.BEARER_AUTH_TOKEN.invalid(
                    "it contradicts " + RegistryKey.BASIC_AUTH_USER_INFO.property(), "one of the two", "both");
        }
        return basic.or(() -> bearer);
    }

    private static Optional<Credentials> basic(Map<RegistryKey, String> values) {
        String info = values.get(RegistryKey.BASIC_AUTH_USER_INFO);
        String source = values.getOrDefault(RegistryKey.BASIC_AUTH_SOURCE, info == null ? "URL" : "USER_INFO");
        switch (source) {
            case "USER_INFO" -> {
                int colon = info == null ? -1 : info.indexOf(':');
                if (info == null || colon < 0) {
                    throw RegistryKey.BASIC_AUTH_USER_INFO.invalid(
                            "it is not a user and a password",
                            "user:password",
                            info == null ? "nothing" : "text without a colon (not shown)");
                }
                return Optional.of(new Credentials.Basic(info.substring(0, colon), info.substring(colon + 1)));
            }
            case "URL" -> {
                if (info != null) {
                    // Sending a request without the credentials that somebody wrote down would be a riddle.
                    throw RegistryKey.BASIC_AUTH_SOURCE.invalid(
                            RegistryKey.BASIC_AUTH_USER_INFO.property() + " is set as well", "USER_INFO", source);
                }
                return Optional.empty();
            }
            default ->
                throw RegistryKey.BASIC_AUTH_SOURCE.invalid("it is not a known source", "USER_INFO or URL", source);
        }
    }

    private static Optional<Credentials> bearer(Map<RegistryKey, String> values) {
        String source = values.getOrDefault(RegistryKey.BEARER_AUTH_SOURCE, "STATIC_TOKEN");
        if (!source.equals("STATIC_TOKEN")) {
            throw RegistryKey.BEARER_AUTH_SOURCE.invalid("it is not a known source", "STATIC_TOKEN", source);
        }
        String token = values.get(RegistryKey.BEARER_AUTH_TOKEN);
        if (token == null && !values.containsKey(RegistryKey.BEARER_AUTH_SOURCE)) {
            return Optional.empty();
        }
        if (token == null || token.isBlank()) {
            throw RegistryKey.BEARER_AUTH_TOKEN.invalid("it is not set", "a token", "nothing");
        }
        if (!token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw RegistryKey.BEARER_AUTH_TOKEN.invalid(
                    "it cannot be put into a header", "printable ASCII without spaces", "other characters (not shown)");
        }
        return Optional.of(new Credentials.Bearer(token));
    }
}
