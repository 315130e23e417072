package dev.sluice.sink.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyStoreTest {
    private static final IndexTag TAG = new IndexTag("table", "layout", 7);

    @TempDir
    private Path folder;

    private record Key(long high, long low) {}

    private KeyStore open() throws IOException {
        return KeyStore.open(folder).orElseThrow();
    }

    private static Key key(Random random, int keys) {
        // Few high hashes, so that the low one decides, within a block and across blocks.
        long seed = random.nextInt(keys);
        return new Key(new Random(seed / 3).nextLong() >>> 1, new Random(seed).nextLong() >>> 1);
    }

    private static void put(KeyStore store, Map<Key, String> model, Random random, int changes, int keys)
            throws IOException {
        KeyBatch batch = new KeyBatch();
        for (int i = 0; i < changes; i++) {
            Key key = key(random, keys);
            if (random.nextInt(10) == 0) {
                batch.add(key.high(), key.low(), KeyTree.REMOVED);
                model.remove(key);
            } else {
                byte[] bytes = new byte[random.nextInt(200) == 0 ? 9000 : random.nextInt(80)];
                random.nextBytes(bytes);
                batch.add(key.high(), key.low(), store.record(key.high(), key.low(), bytes, bytes.length));
                model.put(key, text(ByteBuffer.wrap(bytes)));
            }
        }
        store.keys().put(batch);
    }

    private static String text(ByteBuffer bytes) {
        StringBuilder text = new StringBuilder();
        while (bytes.hasRemaining()) {
            text.append(bytes.get()).append(' ');
        }
        return text.toString();
    }

    private static void assertHolds(KeyStore store, Map<Key, String> model, int keys) throws IOException {
        KeyBatch all = new KeyBatch();
        for (int seed = 0; seed < keys; seed++) {
            all.add(new Random(seed / 3).nextLong() >>> 1, new Random(seed).nextLong() >>> 1, seed);
        }
        KeyBatch sorted = all.sorted();
        long[] found = store.keys().find(sorted);
        Map<Key, String> held = new HashMap<>();
        for (int i = 0; i < sorted.size(); i++) {
            if (found[i] >= 0) {
                Key key = new Key(sorted.high(i), sorted.low(i));
                held.put(key, text(store.log().read(key.high(), key.low(), found[i])));
            }
        }
        assertThat(held).isEqualTo(model);
        Map<Key, String> visited = new HashMap<>();
        store.keys()
                .visit((high, low, number) ->
                        visited.put(new Key(high, low), text(store.log().read(high, low, number))));
        assertThat(visited).isEqualTo(model);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void it_holds_what_a_map_holds_and_only_what_was_committed(long seed) throws IOException {
        Random random = new Random(seed);
        int keys = 6000;
        Map<Key, String> committed = new HashMap<>();
        for (int round = 0; round < 40; round++) {
            try (KeyStore store = open()) {
                Map<Key, String> model = new HashMap<>(committed);
                put(store, model, random, 1 + random.nextInt(random.nextInt(4) == 0 ? 8000 : 300), keys);
                assertHolds(store, model, keys);
                if (random.nextInt(3) > 0) {
                    store.commit(TAG);
                    committed = model;
                }
            }
        }
        try (KeyStore store = open()) {
            assertHolds(store, committed, keys);
            assertThat(store.tag()).contains(TAG);
        }
        assertThat(files("keys-*").size()).isLessThan(8);
        assertThat(files("log-*")).hasSize(1);
    }

    private List<Path> files(String glob) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, glob)) {
            found.forEach(files::add);
        }
        return files;
    }

    @Test
    void a_folder_is_open_once() throws IOException {
        try (KeyStore store = open()) {
            assertThat(store.rows()).isZero();
            assertThat(KeyStore.open(folder)).isEmpty();
            assertThat(KeyStore.empty(folder)).isEmpty();
        }
        open().close();
    }

    @Test
    void data_files_keep_their_ids_and_none_is_given_twice() throws IOException {
        try (KeyStore store = open()) {
            assertThat(store.file("a", "").id()).isZero();
            assertThat(store.file("b", "").id()).isEqualTo(1);
            assertThat(store.file("a", "deletes").id()).isZero();
            store.forget("b");
            store.commit(TAG);
        }
        try (KeyStore store = open()) {
            assertThat(store.files()).containsExactly(new IndexedFile(0, "a", "deletes"));
            assertThat(store.file("c", "").id()).isEqualTo(2);
        }
    }

    private Map<Key, String> filled() throws IOException {
        Map<Key, String> model = new HashMap<>();
        Random random = new Random(5);
        try (KeyStore store = open()) {
            put(store, model, random, 3000, 2000);
            put(store, model, random, 300, 2000);
            store.commit(TAG);
        }
        return model;
    }

    /** Whatever bit of whatever file is changed, a store is refused or holds what it held. */
    @Test
    void a_flipped_bit_is_never_read_as_something_else() throws IOException {
        Map<Key, String> model = filled();
        Random random = new Random(11);
        int refused = 0;
        for (int round = 0; round < 150; round++) {
            List<Path> files = files("{log,keys,manifest}*");
            Path file = files.get(random.nextInt(files.size()));
            byte[] bytes = Files.readAllBytes(file);
            int at = random.nextInt(bytes.length);
            byte[] damaged = bytes.clone();
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, damaged);
            try (KeyStore store = open()) {
                assertHolds(store, model, 2000);
            } catch (DamagedStoreException e) {
                refused++;
            }
            Files.write(file, bytes);
        }
        assertThat(refused).isGreaterThan(100);
        try (KeyStore store = open()) {
            assertHolds(store, model, 2000);
        }
    }

    @Test
    void a_file_that_ends_early_is_found() throws IOException {
        filled();
        for (Path file : files("{log,keys,manifest}*")) {
            byte[] bytes = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
            assertThatThrownBy(this::open).isInstanceOf(DamagedStoreException.class);
            Files.write(file, bytes);
        }
        Files.delete(files("keys-*").get(0));
        assertThatThrownBy(this::open).isInstanceOf(DamagedStoreException.class).hasMessageContaining("missing");
    }

    @Test
    void an_older_log_under_a_newer_manifest_is_found() throws IOException {
        Path copy = Files.createDirectory(folder.resolve("copy"));
        Map<Key, String> model = filled();
        Path log = files("log-*").get(0);
        Path older = Files.copy(log, copy.resolve("log"), StandardCopyOption.REPLACE_EXISTING);
        try (KeyStore store = open()) {
            put(store, model, new Random(6), 500, 2000);
            store.commit(TAG);
        }
        try (KeyStore other = KeyStore.open(copy).orElseThrow()) {
            put(other, new HashMap<>(), new Random(7), 5000, 2000);
            other.commit(TAG);
        }
        // The old bytes, and after them other records than the keys point to.
        byte[] otherLog;
        try (Stream<Path> logs = Files.list(copy)) {
            otherLog = Files.readAllBytes(
                    logs.filter(path -> path.getFileName().toString().startsWith("log-"))
                            .findFirst()
                            .orElseThrow());
        }
        byte[] start = Files.readAllBytes(older);
        byte[] mixed = Arrays.copyOf(start, start.length + otherLog.length);
        System.arraycopy(otherLog, 0, mixed, start.length, otherLog.length);
        Files.write(log, mixed);

        try (KeyStore store = open()) {
            assertThatThrownBy(() -> assertHolds(store, model, 2000)).isInstanceOf(DamagedStoreException.class);
        }
    }
}
