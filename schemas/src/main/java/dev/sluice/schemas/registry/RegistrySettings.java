package dev.sluice.schemas.registry;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The client's configuration, checked.
 *
 * @param endpoints at least one, in the order to try them
 * @param maxRetries rounds over all endpoints after the first
 * @param missingTtl how long an unknown id stays unknown without asking
 */
record RegistrySettings(
        List<Endpoint> endpoints,
        TlsSettings tls,
        Duration requestTimeout,
        int maxRetries,
        Duration retryWait,
        Duration retryMaxWait,
        Duration missingTtl,
        int cacheSize) {

    RegistrySettings {
        endpoints = List.copyOf(endpoints);
    }

    /** @param clock tells when a token expires */
    static RegistrySettings read(Map<String, String> properties, InstantSource clock) {
        Map<RegistryKey, String> values = RegistryKey.read(properties);
        return new RegistrySettings(
                endpoints(values, clock),
                TlsSettings.read(values),
                Duration.ofMillis(number(values, RegistryKey.REQUEST_TIMEOUT, 1)),
                number(values, RegistryKey.MAX_RETRIES, 0),
                Duration.ofMillis(number(values, RegistryKey.RETRY_WAIT, 0)),
                Duration.ofMillis(number(values, RegistryKey.RETRY_MAX_WAIT, 0)),
                Duration.ofSeconds(number(values, RegistryKey.MISSING_TTL, 0)),
                number(values, RegistryKey.CACHE_SIZE, 1));
    }

    private static List<Endpoint> endpoints(Map<RegistryKey, String> values, InstantSource clock) {
        List<Endpoint> endpoints = Arrays.stream(
                        values.getOrDefault(RegistryKey.URL, "").split(","))
                .map(String::strip)
                .filter(address -> !address.isEmpty())
                .map(Endpoint::parse)
                .toList();
        if (endpoints.isEmpty()) {
            throw RegistryKey.URL.invalid("it is not set", "one address or more", "none");
        }
        Optional<Credentials> credentials = new CredentialsReader(values, clock).read();
        return endpoints.stream()
                .map(endpoint -> credentials.map(endpoint::with).orElse(endpoint))
                .toList();
    }

    static int number(Map<RegistryKey, String> values, RegistryKey key, int least) {
        String text = Optional.ofNullable(values.get(key)).or(key::standard).orElseThrow();
        try {
            int number = Integer.parseInt(text.strip());
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw key.invalid("it is not a whole number", least + " or more", text);
        }
        throw key.invalid("it is too small", least + " or more", text);
    }
}
