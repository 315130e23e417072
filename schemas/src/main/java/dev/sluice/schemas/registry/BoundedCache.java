package dev.sluice.schemas.registry;

import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Keeps the latest additions up to a number of them. Reads take no lock: one is made for every Kafka record. */
final class BoundedCache<K, V> {
    private final int limit;
    private final ConcurrentHashMap<K, V> entries = new ConcurrentHashMap<>();
    private final Queue<K> additions = new ConcurrentLinkedQueue<>();

    BoundedCache(int limit) {
        this.limit = limit;
    }

    Optional<V> find(K key) {
        return Optional.ofNullable(entries.get(key));
    }

    void put(K key, V value) {
        if (entries.put(key, value) != null) {
            return;
        }
        additions.add(key);
        while (entries.size() > limit) {
            K oldest = additions.poll();
            if (oldest == null) {
                return;
            }
            entries.remove(oldest);
        }
    }

    void remove(K key) {
        if (entries.remove(key) != null) {
            additions.remove(key);
        }
    }

    int size() {
        return entries.size();
    }
}
