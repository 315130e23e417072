package dev.sluice.schemas.registry;

import dev.sluice.schemas.registry.TokenEndpoint.Token;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A bearer token that is fetched when it is first needed, used until shortly before it expires, and fetched anew when
 * the registry refuses it earlier than that.
 */
final class OAuth implements Credentials {
    private record Held(Token token, Instant renewAt) {}

    private final TokenEndpoint endpoint;
    private final Duration buffer;
    private final InstantSource clock;
    private @Nullable Held held;

    /** @param buffer how long before its end a token is renewed; at most half of its lifetime */
    OAuth(TokenEndpoint endpoint, Duration buffer, InstantSource clock) {
        this.endpoint = endpoint;
        this.buffer = buffer;
        this.clock = clock;
    }

    @Override
    public synchronized Optional<String> header() {
        Held now = held;
        if (now == null || !clock.instant().isBefore(now.renewAt())) {
            now = fetched();
            held = now;
        }
        return Optional.of(header(now));
    }

    @Override
    public synchronized boolean renew(String refused) {
        Held now = held;
        if (now != null && header(now).equals(refused)) {
            held = null;
        }
        return true;
    }

    @Override
    public synchronized List<String> secrets() {
        List<String> secrets = new ArrayList<>(endpoint.client().secrets());
        if (held != null) {
            secrets.add(held.token().text());
        }
        return secrets;
    }

    @Override
    public String description() {
        return "the token of client %s from %s".formatted(endpoint.client().user(), endpoint.uri());
    }

    @Override
    public String toString() {
        return description();
    }

    private Held fetched() {
        Token token = endpoint.fetch();
        Instant renewAt = token.lifetime()
                .map(lifetime -> {
                    Duration half = lifetime.dividedBy(2);
                    return clock.instant().plus(lifetime).minus(buffer.compareTo(half) < 0 ? buffer : half);
                })
                .orElse(Instant.MAX);
        return new Held(token, renewAt);
    }

    private static String header(Held held) {
        return "Bearer " + held.token().text();
    }
}
