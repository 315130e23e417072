package dev.sluice.schemas.registry;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one request until a node answers it: each address in turn, starting with the one that answered last, then all
 * of them again after a wait. Every request of the interface may be repeated without harm, registration included.
 */
final class RegistryTransport {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryTransport.class);
    private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";

    private static final String TRUST = RegistryKey.TRUST_STORE_LOCATION.property();

    private final ObjectMapper mapper = new ObjectMapper();
    private final HttpClient client;
    private final List<Endpoint> endpoints;
    private final Duration timeout;
    private final int maxRetries;
    private final Backoff backoff;
    private volatile int preferred;

    RegistryTransport(RegistrySettings settings, Backoff backoff) {
        this.endpoints = settings.endpoints();
        this.timeout = settings.requestTimeout();
        this.maxRetries = settings.maxRetries();
        this.backoff = backoff;
        // HTTP/2 would be asked for by an upgrade header, which some registries and proxies stumble over.
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .sslContext(TlsContext.open(settings.tls()))
                .build();
    }

    /** One request. {@code action} completes the sentence {@code Cannot <action>: ...}. */
    RegistryAnswer send(String method, String path, @Nullable JsonNode body, String action) {
        Attempt last = new Failed("nothing", null);
        for (int retry = 0; retry <= maxRetries; retry++) {
            if (retry > 0) {
                pause(retry - 1, action);
            }
            int start = preferred;
            for (int i = 0; i < endpoints.size(); i++) {
                int index = (start + i) % endpoints.size();
                Attempt attempt = attempt(endpoints.get(index), method, path, body, action);
                if (attempt instanceof Answered answered && !answered.answer().retryable()) {
                    preferred = index;
                    return answered.answer();
                }
                LOG.atInfo()
                        .addKeyValue("url", endpoints.get(index).base())
                        .addKeyValue("found", attempt.found())
                        .log("A schema registry did not answer as it should; trying again or elsewhere");
                last = attempt;
            }
        }
        throw new SluiceException(
                ErrorCode.REGISTRY_UNAVAILABLE,
                "Cannot %s: the schema registry did not answer in %d tries, expected an answer from %s, found %s"
                        .formatted(
                                action,
                                (maxRetries + 1) * endpoints.size(),
                                endpoints.stream()
                                        .map(endpoint -> endpoint.base().toString())
                                        .toList(),
                                last.found()),
                last instanceof Failed failed ? failed.cause() : null);
    }

    private sealed interface Attempt {
        /** What happened, for a message. */
        String found();
    }

    private record Answered(RegistryAnswer answer, Optional<String> authorization) implements Attempt {
        @Override
        public String found() {
            return answer.summary();
        }
    }

    private record Failed(String found, @Nullable Throwable cause) implements Attempt {}

    private Attempt attempt(Endpoint endpoint, String method, String path, @Nullable JsonNode body, String action) {
        Attempt first = once(endpoint, method, path, body, action);
        // Once more: a token may have been revoked before its time, but a new one that is refused stays refused.
        boolean again = first instanceof Answered answered
                && answered.answer().refused()
                && answered.authorization().map(endpoint.credentials()::renew).orElse(false);
        return again ? once(endpoint, method, path, body, action) : first;
    }

    private Attempt once(Endpoint endpoint, String method, String path, @Nullable JsonNode body, String action) {
        Optional<String> authorization;
        try {
            authorization = endpoint.credentials().header();
        } catch (SluiceException e) {
            if (e.code() == ErrorCode.REGISTRY_UNAVAILABLE) {
                return new Failed(String.valueOf(e.getMessage()), e);
            }
            throw e;
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint.resolve(path))
                .timeout(timeout)
                .header("Accept", MEDIA_TYPE + ", application/json;q=0.9");
        authorization.ifPresent(value -> request.header("Authorization", value));
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("Content-Type", MEDIA_TYPE).method(method, BodyPublishers.ofString(body.toString()));
        }
        CompletableFuture<HttpResponse<byte[]>> pending = client.sendAsync(request.build(), BodyHandlers.ofByteArray());
        try {
            // The request's own timeout ends with the headers; this one covers a body that never ends, too.
            HttpResponse<byte[]> response = pending.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new Answered(
                    new RegistryAnswer(
                            endpoint.resolve(path),
                            response.statusCode(),
                            json(response.body()),
                            endpoint.credentials()),
                    authorization);
        } catch (TimeoutException e) {
            pending.cancel(true);
            return new Failed("no answer from %s within %d ms".formatted(endpoint.base(), timeout.toMillis()), e);
        } catch (ExecutionException e) {
            Throwable cause = Optional.ofNullable(e.getCause()).orElse(e);
            String found = cause instanceof ConnectException ? "no connection to" : cause + " from";
            String advice = cause instanceof SSLException ? " (check " + TRUST + ")" : "";
            return new Failed(endpoint.credentials().redact(found + " " + endpoint.base() + advice), cause);
        } catch (InterruptedException e) {
            pending.cancel(true);
            throw interrupted(action, e);
        }
    }

    private JsonNode json(byte[] body) {
        try {
            return mapper.readTree(body);
        } catch (JacksonException e) {
            return MissingNode.getInstance();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void pause(int retry, String action) {
        try {
            backoff.await(retry);
        } catch (InterruptedException e) {
            throw interrupted(action, e);
        }
    }

    private static SluiceException interrupted(String action, InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new SluiceException(
                ErrorCode.REGISTRY_UNAVAILABLE, "Cannot %s: the thread was interrupted".formatted(action), cause);
    }
}
