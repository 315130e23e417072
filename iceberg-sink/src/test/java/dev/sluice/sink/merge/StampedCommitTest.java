package dev.sluice.sink.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.fault.TableFaults;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stamps of rows that another engine has merged. */
class StampedCommitTest {
    private static final TableIdentifier NAME = TableIdentifier.of("silver", "orders");

    private final InMemoryCatalog catalog = new InMemoryCatalog();
    private Table table;

    @BeforeEach
    void createTable() {
        catalog.initialize("lake", Map.of());
        catalog.createNamespace(Namespace.of("silver"));
        table = catalog.createTable(NAME, new Schema(Types.NestedField.required(1, "id", Types.LongType.get())));
        new StampedCommit(table, TableFaults.none()).stamp(stamp("first"));
    }

    @AfterEach
    void close() throws Exception {
        catalog.close();
    }

    private static Stamp stamp(String run) {
        return new Stamp("silver.orders", run, Map.of("bronze.orders", 5L));
    }

    /** A snapshot with rows, as an engine makes it that knows nothing of stamps. */
    private Snapshot merged() {
        table.newAppend()
                .appendFile(DataFiles.builder(PartitionSpec.unpartitioned())
                        .withPath("memory:/" + UUID.randomUUID() + ".parquet")
                        .withFormat(FileFormat.PARQUET)
                        .withFileSizeInBytes(10)
                        .withRecordCount(1)
                        .build())
                .commit();
        return table.currentSnapshot();
    }

    private Changes since(long from) {
        return Changes.between(table, from, table.currentSnapshot()).orElseThrow();
    }

    @Test
    void a_merge_says_through_its_stamp_whether_keys_were_lost() {
        long from = table.currentSnapshot().snapshotId();
        Snapshot merged = merged();
        assertThat(since(from).losesKeys()).isTrue();

        new StampedCommit(table, TableFaults.none()).stamp(stamp("second"), new MergeCounts(1, 0, 0, 0, 0), merged);

        assertThat(since(from).losesKeys()).isFalse();
        assertThat(since(from).added()).hasSize(1);
        assertThat(Stamp.of(table)).contains(stamp("second"));
        assertThat(Stamp.mirrored(table)).contains(stamp("second"));
    }

    @Test
    void a_merge_that_deleted_keys_says_so() {
        long from = table.currentSnapshot().snapshotId();

        new StampedCommit(table, TableFaults.none()).stamp(stamp("second"), new MergeCounts(1, 0, 0, 0, 2), merged());

        assertThat(since(from).losesKeys()).isTrue();
    }

    @Test
    void of_two_stamps_on_the_same_older_one_only_the_first_is_set() {
        StampedCommit early = new StampedCommit(table, TableFaults.none());
        new StampedCommit(catalog.loadTable(NAME), TableFaults.none()).stamp(stamp("other"));

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> early.stamp(stamp("late")))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.COMMIT_CONFLICT));

        table.refresh();
        assertThat(Stamp.of(table)).contains(stamp("other"));
    }
}
