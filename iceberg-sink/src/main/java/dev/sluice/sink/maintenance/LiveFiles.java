package dev.sluice.sink.maintenance;

import dev.sluice.sink.land.BronzeColumns;
import dev.sluice.sink.merge.TableFiles.LiveFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.StructLikeWrapper;
import org.jspecify.annotations.Nullable;

/** The live data files of a snapshot, by the places whose files may be put together. */
final class LiveFiles {
    private final Table table;
    private final long snapshotId;
    private final Types.@Nullable NestedField topic;
    private final Types.@Nullable NestedField sourcePartition;
    private final Types.@Nullable NestedField offset;

    /**
     * What the files of a group have in common. The topic and partition are of bronze, where rows of one source
     * partition stay together in the order of their offsets.
     */
    record Place(
            int specId, StructLikeWrapper partition, String path, Optional<Object> topic, Optional<Object> source) {
        String text() {
            String where = path.isEmpty() ? "" : path;
            return topic.map(name ->
                            where + name + "-" + source.map(Object::toString).orElse("?"))
                    .orElse(where);
        }
    }

    LiveFiles(Table table, long snapshotId) {
        this.table = table;
        this.snapshotId = snapshotId;
        boolean bronze = BronzeColumns.schema().columns().stream()
                .allMatch(column -> table.schema().findField(column.name()) != null);
        this.topic = bronze ? table.schema().findField(BronzeColumns.TOPIC) : null;
        this.sourcePartition = bronze ? table.schema().findField(BronzeColumns.PARTITION) : null;
        this.offset = bronze ? table.schema().findField(BronzeColumns.OFFSET) : null;
    }

    /** All files, each place's in the order of their rows: by offset in bronze, else by age. */
    Map<Place, List<LiveFile>> byPlace() {
        Map<Place, List<LiveFile>> places = new LinkedHashMap<>();
        TableScan scan = table.newScan().useSnapshot(snapshotId);
        if (topic != null) {
            scan = scan.includeColumnStats(List.of(BronzeColumns.TOPIC, BronzeColumns.PARTITION, BronzeColumns.OFFSET));
        }
        try (CloseableIterable<FileScanTask> tasks = scan.planFiles()) {
            for (FileScanTask task : tasks) {
                DataFile file = task.file().copy();
                List<DeleteFile> deletes =
                        task.deletes().stream().map(DeleteFile::copy).toList();
                places.computeIfAbsent(place(task.spec(), file), place -> new ArrayList<>())
                        .add(new LiveFile(file, deletes));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        places.values().forEach(files -> files.sort(order()));
        return places;
    }

    private Place place(PartitionSpec spec, DataFile file) {
        StructLikeWrapper partition =
                StructLikeWrapper.forType(spec.partitionType()).set(file.partition());
        String path = spec.isUnpartitioned() ? "" : spec.partitionToPath(file.partition());
        // A file of several source partitions is by nobody's landing; such files keep to themselves.
        boolean one = single(sourcePartition, file);
        return new Place(
                spec.specId(),
                partition,
                path,
                one ? lower(topic, file) : Optional.empty(),
                one ? lower(sourcePartition, file) : Optional.empty());
    }

    private Comparator<LiveFile> order() {
        Comparator<LiveFile> byAge = Comparator.comparingLong(live -> sequence(live.file()));
        Comparator<LiveFile> byName = Comparator.comparing(live -> live.file().location());
        return offset == null
                ? byAge.thenComparing(byName)
                : Comparator.<LiveFile>comparingLong(
                                live -> (Long) lower(offset, live.file()).orElse(Long.MAX_VALUE))
                        .thenComparing(byName);
    }

    private static long sequence(DataFile file) {
        Long sequence = file.dataSequenceNumber();
        return sequence == null ? 0 : sequence;
    }

    private static boolean single(Types.@Nullable NestedField field, DataFile file) {
        if (field == null) {
            return false;
        }
        ByteBuffer lower = bound(file.lowerBounds(), field);
        return lower != null && lower.equals(bound(file.upperBounds(), field));
    }

    private static Optional<Object> lower(Types.@Nullable NestedField field, DataFile file) {
        ByteBuffer bound = field == null ? null : bound(file.lowerBounds(), field);
        if (field == null || bound == null) {
            return Optional.empty();
        }
        Object value = Conversions.fromByteBuffer(field.type(), bound);
        return Optional.of(value instanceof CharSequence text ? text.toString() : value);
    }

    private static @Nullable ByteBuffer bound(@Nullable Map<Integer, ByteBuffer> bounds, Types.NestedField field) {
        return bounds == null ? null : bounds.get(field.fieldId());
    }
}
