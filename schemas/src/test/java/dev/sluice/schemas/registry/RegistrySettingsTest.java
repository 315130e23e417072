package dev.sluice.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RegistrySettingsTest {
    @Test
    void anUnknownNameIsAnErrorThatNamesItsNeighbour() {
        assertInvalid(Map.of("schema.registry.ssl.trustore.location", "x"))
                .hasMessage("Cannot read registry setting schema.registry.ssl.trustore.location: there is no such"
                        + " setting, expected schema.registry.ssl.truststore.location,"
                        + " found schema.registry.ssl.trustore.location");
    }

    @Test
    void numbersAreChecked() {
        assertInvalid(Map.of("max.retries", "-1")).hasMessageContaining("expected 0 or more, found -1");
        assertInvalid(Map.of("request.timeout.ms", "10s")).hasMessageContaining("not a whole number");
        assertInvalid(Map.of("request.timeout.ms", "0")).hasMessageContaining("expected 1 or more");
    }

    @Test
    void anAddressIsNeeded() {
        assertInvalid(Map.of("schema.registry.url", " , ")).hasMessageContaining("it is not set");
        assertInvalid(Map.of("schema.registry.url", "localhost:8081")).hasMessageContaining("is not a URL");
    }

    @Test
    void sourcesThatDoNotExistAndContradictionsAreErrors() {
        assertInvalid(Map.of("basic.auth.credentials.source", "SASL_INHERIT"))
                .hasMessageContaining("expected USER_INFO or URL");
        assertInvalid(Map.of("basic.auth.credentials.source", "USER_INFO")).hasMessageContaining("user:password");
        assertInvalid(Map.of("bearer.auth.credentials.source", "SASL_OAUTHBEARER_INHERIT"))
                .hasMessageContaining("expected STATIC_TOKEN or OAUTHBEARER");
        assertInvalid(Map.of("bearer.auth.credentials.source", "STATIC_TOKEN")).hasMessageContaining("a token");
        assertInvalid(Map.of("bearer.auth.token", "t", "basic.auth.user.info", "a:b"))
                .hasMessageContaining("expected one of the two");
    }

    @Test
    void aPathInTheAddressIsKeptAndItsLastSlashIsNot() {
        RegistrySettings settings = RegistrySettings.read(
                Map.of("schema.registry.url", "https://u:p@host:8443/apis/ccompat/v7/,http://b"), new ManualClock());

        assertThat(settings.endpoints())
                .extracting(Endpoint::base)
                .containsExactly(URI.create("https://host:8443/apis/ccompat/v7"), URI.create("http://b"));
    }

    @Test
    void everyKeyHasAMeaningAndKeysDifferByName() {
        assertThat(RegistryKey.values())
                .allSatisfy(key -> assertThat(key.meaning()).endsWith("."))
                .extracting(RegistryKey::property)
                .doesNotHaveDuplicates();
    }

    private static org.assertj.core.api.AbstractThrowableAssert<?, ?> assertInvalid(Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(Map.of("schema.registry.url", "http://localhost:1"));
        properties.putAll(more);
        return assertThatThrownBy(() -> RegistrySettings.read(properties, new ManualClock()))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID));
    }
}
