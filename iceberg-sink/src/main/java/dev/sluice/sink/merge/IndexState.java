package dev.sluice.sink.merge;

import dev.sluice.sink.index.DamagedStoreException;
import dev.sluice.sink.index.IndexTag;
import dev.sluice.sink.index.IndexedFile;
import dev.sluice.sink.index.KeyStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What a key index on this machine says of itself, read without changing it. */
public sealed interface IndexState {
    /** There is none: the next run makes one. */
    record None() implements IndexState {}

    /** It cannot be used: the next run makes a new one. */
    record Unreadable(String reason) implements IndexState {}

    /**
     * An index.
     *
     * @param tableUuid the table that it is of
     * @param snapshotId the snapshot whose rows it holds
     * @param entries by data file, how many rows it knows
     */
    record Known(String tableUuid, long snapshotId, Map<String, Long> entries) implements IndexState {
        public Known {
            entries = Map.copyOf(entries);
        }
    }

    /**
     * Reads the index of a model's table, all of it, whether or not a run is using it.
     *
     * @param folder where the service keeps its indexes
     */
    static IndexState read(Path folder, String model) throws IOException {
        Path index = KeyIndex.folder(folder, model);
        try {
            Optional<KeyStore> store = KeyStore.read(index);
            return store.isEmpty() ? new None() : known(store.get());
        } catch (DamagedStoreException e) {
            return new Unreadable(String.valueOf(e.getMessage()));
        }
    }

    private static IndexState known(KeyStore opened) throws IOException {
        try (KeyStore store = opened) {
            Map<Integer, Long> rows = new HashMap<>();
            store.keys()
                    .visit((high, low, record) -> rows.merge(
                            RowCodec.place(store.log().read(high, low, record)).file(), 1L, Long::sum));
            Map<String, Long> entries = new HashMap<>();
            for (IndexedFile file : store.files()) {
                entries.put(file.path(), rows.getOrDefault(file.id(), 0L));
            }
            IndexTag tag = store.tag().orElseThrow();
            return new Known(tag.table(), tag.snapshotId(), entries);
        }
    }
}
