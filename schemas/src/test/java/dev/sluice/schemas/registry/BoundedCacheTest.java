package dev.sluice.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BoundedCacheTest {
    @Test
    void theOldestAdditionGivesWay() {
        BoundedCache<Integer, String> cache = new BoundedCache<>(2);
        cache.put(1, "a");
        cache.put(2, "b");
        cache.put(1, "c");
        cache.put(3, "d");

        assertThat(cache.find(1)).isEmpty();
        assertThat(cache.find(2)).contains("b");
        assertThat(cache.find(3)).contains("d");
        assertThat(cache.size()).isEqualTo(2);
    }

    @Test
    void whatWasRemovedMakesRoomAndIsNewWhenItComesAgain() {
        BoundedCache<Integer, String> cache = new BoundedCache<>(2);
        cache.put(1, "a");
        cache.put(2, "b");
        cache.remove(1);
        cache.put(1, "c");
        cache.put(3, "d");

        assertThat(cache.find(1)).contains("c");
        assertThat(cache.find(2)).isEmpty();
        assertThat(cache.find(3)).contains("d");
    }
}
