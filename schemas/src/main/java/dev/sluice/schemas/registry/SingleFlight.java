package dev.sluice.schemas.registry;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** Lets one thread ask for a key while the others that want it wait for its answer, or its failure. */
final class SingleFlight<K, V> {
    private final ConcurrentHashMap<K, CompletableFuture<V>> flights = new ConcurrentHashMap<>();

    V get(K key, Supplier<V> load) {
        while (true) {
            CompletableFuture<V> mine = new CompletableFuture<>();
            CompletableFuture<V> other = flights.putIfAbsent(key, mine);
            if (other == null) {
                return fly(key, mine, load);
            }
            Optional<V> shared = await(key, other);
            if (shared.isPresent()) {
                return shared.get();
            }
        }
    }

    /** The other thread's answer; empty if it was interrupted, which says nothing to this thread: it asks itself. */
    private Optional<V> await(K key, CompletableFuture<V> flight) {
        try {
            return Optional.of(flight.get());
        } catch (CancellationException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw repeated(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SluiceException(
                    ErrorCode.REGISTRY_UNAVAILABLE,
                    "Cannot wait for the answer of the schema registry on %s: the thread was interrupted"
                            .formatted(key),
                    e);
        }
    }

    private V fly(K key, CompletableFuture<V> flight, Supplier<V> load) {
        try {
            V value = load.get();
            flights.remove(key);
            flight.complete(value);
            return value;
        } catch (RuntimeException | Error e) {
            flights.remove(key);
            if (Thread.currentThread().isInterrupted()) {
                flight.cancel(false);
            } else {
                flight.completeExceptionally(e);
            }
            throw e;
        }
    }

    /** A new exception, so that the stack is of the thread that sees it. */
    private static RuntimeException repeated(ExecutionException failure) {
        return failure.getCause() instanceof SluiceException known
                ? new SluiceException(known.code(), String.valueOf(known.getMessage()), known)
                : new IllegalStateException(failure);
    }
}
