package dev.sluice.schemas.registry;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.error.Suggestion;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The properties of the registry client. Names are Confluent's wherever Confluent has one. */
public enum RegistryKey {
    URL(
            "schema.registry.url",
            null,
            "Addresses of the registry, separated by commas; the next is asked when one fails."),
    CLIENT(
            "schema.registry.client",
            "sluice",
            "sluice is the built-in client; confluent takes Confluent's own, which must be on the class path and then"
                    + " gets all other properties as they are."),
    BASIC_AUTH_SOURCE(
            "basic.auth.credentials.source",
            null,
            "USER_INFO takes basic.auth.user.info, URL takes user:password@ from the address."
                    + " Without it, whichever of the two is there."),
    BASIC_AUTH_USER_INFO("basic.auth.user.info", null, "user:password for basic authentication."),
    BEARER_AUTH_SOURCE(
            "bearer.auth.credentials.source",
            null,
            "STATIC_TOKEN takes bearer.auth.token, OAUTHBEARER fetches tokens from bearer.auth.issuer.endpoint.url."
                    + " Without it, STATIC_TOKEN if there is a token."),
    BEARER_AUTH_TOKEN("bearer.auth.token", null, "Token for bearer authentication."),
    BEARER_AUTH_ISSUER(
            "bearer.auth.issuer.endpoint.url",
            null,
            "Token endpoint of OAuth 2, asked with the client credentials grant; the trust store below holds for it,"
                    + " too."),
    BEARER_AUTH_CLIENT_ID("bearer.auth.client.id", null, "Client to fetch tokens as."),
    BEARER_AUTH_CLIENT_SECRET("bearer.auth.client.secret", null, "Its secret, sent to the token endpoint only."),
    BEARER_AUTH_SCOPE("bearer.auth.scope", null, "Scope of the tokens, if the token endpoint wants one."),
    BEARER_AUTH_BUFFER(
            "bearer.auth.cache.expiry.buffer.seconds",
            "300",
            "How long before its end a token is renewed, at most half of its lifetime."),
    TRUST_STORE_LOCATION(
            "schema.registry.ssl.truststore.location",
            null,
            "File of the certificates to trust, else those of the JVM."),
    TRUST_STORE_PASSWORD("schema.registry.ssl.truststore.password", null, "Password of the trust store."),
    TRUST_STORE_TYPE("schema.registry.ssl.truststore.type", "PKCS12", "PKCS12, JKS or PEM."),
    KEY_STORE_LOCATION(
            "schema.registry.ssl.keystore.location",
            null,
            "File of the client's own certificate and key, for mutual TLS."),
    KEY_STORE_PASSWORD("schema.registry.ssl.keystore.password", null, "Password of the key store."),
    KEY_STORE_TYPE("schema.registry.ssl.keystore.type", "PKCS12", "PKCS12 or JKS."),
    KEY_PASSWORD("schema.registry.ssl.key.password", null, "Password of the key, else that of the key store."),
    REQUEST_TIMEOUT("request.timeout.ms", "10000", "How long one request may take, connecting and reading included."),
    MAX_RETRIES("max.retries", "3", "How often all addresses are tried again after a connection failure, 429 or 5xx."),
    RETRY_WAIT("retries.wait.ms", "500", "Wait before the first retry; it doubles with each, and varies at random."),
    RETRY_MAX_WAIT("retries.max.wait.ms", "10000", "The longest wait before a retry."),
    MISSING_TTL(
            "missing.id.cache.ttl.sec", "10", "How long an id that the registry does not know is not asked for again."),
    CACHE_SIZE("schema.cache.size", "10000", "How many schemas, and how many unknown ids, are kept in memory.");

    private final String property;
    private final @Nullable String standard;
    private final String meaning;

    RegistryKey(String property, @Nullable String standard, String meaning) {
        this.property = property;
        this.standard = standard;
        this.meaning = meaning;
    }

    /** The name in a configuration. */
    public String property() {
        return property;
    }

    /** The value where a configuration has none. */
    public Optional<String> standard() {
        return Optional.ofNullable(standard);
    }

    /** One sentence or two for the generated reference. */
    public String meaning() {
        return meaning;
    }

    /**
     * The properties by key, with no defaults filled in.
     *
     * @throws SluiceException {@code CONFIG_INVALID} at a name that is not a key
     */
    static Map<RegistryKey, String> read(Map<String, String> properties) {
        Map<RegistryKey, String> values = new EnumMap<>(RegistryKey.class);
        properties.forEach((name, value) -> values.put(named(name), value));
        return values;
    }

    private static RegistryKey named(String name) {
        List<RegistryKey> keys = Arrays.asList(values());
        return keys.stream()
                .filter(key -> key.property.equals(name))
                .findFirst()
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.CONFIG_INVALID,
                        "Cannot read registry setting %s: there is no such setting, expected %s, found %s"
                                .formatted(
                                        name,
                                        Suggestion.nearest(
                                                name,
                                                keys.stream()
                                                        .map(RegistryKey::property)
                                                        .toList()),
                                        name)));
    }

    SluiceException invalid(String reason, String expected, String found) {
        return new SluiceException(
                ErrorCode.CONFIG_INVALID,
                "Cannot read registry setting %s: %s, expected %s, found %s"
                        .formatted(property, reason, expected, found));
    }
}
