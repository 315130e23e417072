package dev.sluice.schemas.registry;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Gives tokens for a client's id and secret: the client credentials grant of OAuth 2, RFC 6749 section 4.4. */
final class TokenEndpoint {
    private static final int TOO_MANY_REQUESTS = 429;
    private static final String FORM = "application/x-www-form-urlencoded";

    private final URI uri;
    private final Credentials.Basic client;
    private final Optional<String> scope;
    private final Duration timeout;
    private final HttpClient http;
    private final ObjectMapper mapper = new ObjectMapper();

    TokenEndpoint(URI uri, Credentials.Basic client, Optional<String> scope, TlsSettings tls, Duration timeout) {
        this.uri = uri;
        this.client = client;
        this.scope = scope;
        this.timeout = timeout;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .sslContext(TlsContext.open(tls))
                .build();
    }

    /** @param lifetime as the endpoint says; empty when it does not say */
    record Token(String text, Optional<Duration> lifetime) {
        @Override
        public String toString() {
            return "a token for " + lifetime;
        }
    }

    Credentials.Basic client() {
        return client;
    }

    URI uri() {
        return uri;
    }

    /**
     * A new token.
     *
     * @throws SluiceException {@code REGISTRY_UNAVAILABLE} when the endpoint does not answer, {@code REGISTRY_REFUSED}
     *     when it refuses the client or answers something else
     */
    Token fetch() {
        String grant = "grant_type=client_credentials"
                + scope.map(words -> "&scope=" + URLEncoder.encode(words, StandardCharsets.UTF_8))
                        .orElse("");
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(timeout)
                .header("Accept", "application/json")
                .header("Content-Type", FORM)
                .header("Authorization", client.header().orElseThrow())
                .POST(BodyPublishers.ofString(grant))
                .build();
        try {
            return token(http.send(request, BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            String advice = e instanceof SSLException
                    ? " (check %s)".formatted(RegistryKey.TRUST_STORE_LOCATION.property())
                    : "";
            throw unavailable(client.redact(e.toString()) + advice, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("an interrupt", e);
        }
    }

    private Token token(HttpResponse<byte[]> response) throws IOException {
        int status = response.statusCode();
        JsonNode answer = json(response.body());
        String token = answer.path("access_token").asText("");
        if (status == 200 && !token.isEmpty()) {
            JsonNode seconds = answer.path("expires_in");
            return new Token(
                    token,
                    seconds.canConvertToLong() || seconds.isTextual()
                            ? Optional.of(Duration.ofSeconds(seconds.asLong()))
                            : Optional.empty());
        }
        // RFC 6749 section 5.2: the reason is a code in "error"; only that is shown, not what else was answered.
        String found =
                "HTTP " + status + " " + client.redact(answer.path("error").asText(""));
        if (status == TOO_MANY_REQUESTS || status >= 500) {
            throw unavailable(found.strip(), null);
        }
        throw new SluiceException(
                ErrorCode.REGISTRY_REFUSED,
                "Cannot get a token for the schema registry from %s: client %s was refused, expected a token (check %s, %s and %s), found %s"
                        .formatted(
                                uri,
                                client.user(),
                                RegistryKey.BEARER_AUTH_CLIENT_ID.property(),
                                RegistryKey.BEARER_AUTH_CLIENT_SECRET.property(),
                                RegistryKey.BEARER_AUTH_SCOPE.property(),
                                found.strip()));
    }

    private JsonNode json(byte[] body) throws IOException {
        try {
            return mapper.readTree(body);
        } catch (JacksonException e) {
            return MissingNode.getInstance();
        }
    }

    private SluiceException unavailable(String found, @Nullable Exception cause) {
        return new SluiceException(
                ErrorCode.REGISTRY_UNAVAILABLE, "no token from %s, found %s".formatted(uri, found), cause);
    }
}
