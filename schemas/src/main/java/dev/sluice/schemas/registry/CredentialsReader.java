package dev.sluice.schemas.registry;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** Reads the credentials that apply to every address; empty where each address brings its own or none. */
final class CredentialsReader {
    private static final String STATIC_TOKEN = "STATIC_TOKEN";
    private static final String OAUTHBEARER = "OAUTHBEARER";

    private final Map<RegistryKey, String> values;
    private final InstantSource clock;

    CredentialsReader(Map<RegistryKey, String> values, InstantSource clock) {
        this.values = values;
        this.clock = clock;
    }

    Optional<Credentials> read() {
        Optional<Credentials> basic = basic();
        Optional<Credentials> bearer = bearer();
        if (basic.isPresent() && bearer.isPresent()) {
            throw RegistryKey.BEARER_AUTH_TOKEN.invalid(
                    "it contradicts " + RegistryKey.BASIC_AUTH_USER_INFO.property(), "one of the two", "both");
        }
        return basic.or(() -> bearer);
    }

    private Optional<Credentials> basic() {
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

    private Optional<Credentials> bearer() {
        String source = values.get(RegistryKey.BEARER_AUTH_SOURCE);
        if (source == null) {
            return values.containsKey(RegistryKey.BEARER_AUTH_TOKEN) ? Optional.of(token()) : Optional.empty();
        }
        return switch (source) {
            case STATIC_TOKEN -> Optional.of(token());
            case OAUTHBEARER -> Optional.of(oauth());
            default ->
                throw RegistryKey.BEARER_AUTH_SOURCE.invalid(
                        "it is not a known source", STATIC_TOKEN + " or " + OAUTHBEARER, source);
        };
    }

    private Credentials token() {
        String token = required(RegistryKey.BEARER_AUTH_TOKEN, "a token");
        if (!token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw RegistryKey.BEARER_AUTH_TOKEN.invalid(
                    "it cannot be put into a header", "printable ASCII without spaces", "other characters (not shown)");
        }
        return new Credentials.Bearer(token);
    }

    private Credentials oauth() {
        if (values.containsKey(RegistryKey.BEARER_AUTH_TOKEN)) {
            throw RegistryKey.BEARER_AUTH_SOURCE.invalid(
                    RegistryKey.BEARER_AUTH_TOKEN.property() + " is set as well", STATIC_TOKEN, OAUTHBEARER);
        }
        Credentials.Basic client = new Credentials.Basic(
                required(RegistryKey.BEARER_AUTH_CLIENT_ID, "the id of a client"),
                required(RegistryKey.BEARER_AUTH_CLIENT_SECRET, "the secret of the client"));
        TokenEndpoint endpoint = new TokenEndpoint(
                issuer(required(RegistryKey.BEARER_AUTH_ISSUER, "the address of a token endpoint")),
                client,
                Optional.ofNullable(values.get(RegistryKey.BEARER_AUTH_SCOPE)).filter(scope -> !scope.isBlank()),
                TlsSettings.read(values),
                Duration.ofMillis(RegistrySettings.number(values, RegistryKey.REQUEST_TIMEOUT, 1)));
        return new OAuth(
                endpoint,
                Duration.ofSeconds(RegistrySettings.number(values, RegistryKey.BEARER_AUTH_BUFFER, 0)),
                clock);
    }

    private static URI issuer(String address) {
        try {
            URI uri = new URI(address.strip());
            if (uri.getHost() != null
                    && uri.getUserInfo() == null
                    && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Said below; the parser's message quotes the address.
        }
        throw RegistryKey.BEARER_AUTH_ISSUER.invalid(
                "it is not the address of a token endpoint", "https://host/path", "other text (not shown)");
    }

    private String required(RegistryKey key, String expected) {
        String value = values.get(key);
        if (value == null || value.isBlank()) {
            throw key.invalid("it is not set", expected, "nothing");
        }
        return value;
    }
}
