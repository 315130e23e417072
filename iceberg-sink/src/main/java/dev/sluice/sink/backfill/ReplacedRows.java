package dev.sluice.sink.backfill;

import dev.sluice.sink.land.BronzeColumns;
import dev.sluice.sink.ledger.Ledger;
import dev.sluice.sink.merge.Replacement;
import dev.sluice.sink.merge.TableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/** The rows of a bronze table that stretches which were landed again take the place of, at one snapshot. */
final class ReplacedRows {
    private final Table table;
    private final Snapshot base;
    private final Map<OverwrittenStretch, Long> rejected;
    private final Replacement replacement;

    private ReplacedRows(Table table, Snapshot base, Map<OverwrittenStretch, Long> rejected, Replacement replacement) {
        this.table = table;
        this.base = base;
        this.rejected = rejected;
        this.replacement = replacement;
    }

    /** Finds the rows in the table's current snapshot, and writes the files that take them out of their data files. */
    static ReplacedRows find(Table table, List<OverwrittenStretch> stretches, String operationId) {
        Snapshot base = table.currentSnapshot();
        Expression any = Expressions.alwaysFalse();
        Map<String, List<Long>> positions = new HashMap<>();
        Map<OverwrittenStretch, Long> rejected = new HashMap<>();
        for (OverwrittenStretch stretch : stretches) {
            any = Expressions.or(any, HeldOffsets.filter(stretch.range()));
            rejected.put(stretch, stretch.lostAndDead() + locate(table, base, stretch, positions));
        }
        return new ReplacedRows(
                table,
                base,
                rejected,
                Replacement.write(table, TableFiles.current(table, any), positions, operationId));
    }

    /** Answers how many of the rows are of records that are dead letters now. */
    private static long locate(
            Table table, Snapshot base, OverwrittenStretch stretch, Map<String, List<Long>> positions) {
        Schema columns = new Schema(
                table.schema().findField(BronzeColumns.TOPIC),
                table.schema().findField(BronzeColumns.PARTITION),
                table.schema().findField(BronzeColumns.OFFSET),
                MetadataColumns.FILE_PATH,
                MetadataColumns.ROW_POSITION);
        BitSet read = stretch.read();
        long dead = 0;
        try (CloseableIterable<Record> rows = IcebergGenerics.read(table)
                .useSnapshot(base.snapshotId())
                .where(HeldOffsets.filter(stretch.range()))
                .project(columns)
                .build()) {
            for (Record row : rows) {
                long offset = (Long) row.getField(BronzeColumns.OFFSET);
                if (read.get(Math.toIntExact(offset - stretch.range().from()))) {
                    String file = String.valueOf(row.getField(MetadataColumns.FILE_PATH.name()));
                    positions.computeIfAbsent(file, none -> new ArrayList<>()).add((Long)
                            row.getField(MetadataColumns.ROW_POSITION.name()));
                    dead += stretch.dead().contains(offset) ? 1 : 0;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("[" + table.name() + "] Cannot close the table's reader", e);
        }
        return dead;
    }

    /** The ledger without the rows that became dead letters. */
    Ledger after(Ledger ledger) {
        Ledger after = ledger;
        for (Map.Entry<OverwrittenStretch, Long> one : rejected.entrySet()) {
            after = after.rejected(one.getKey().range(), one.getValue());
        }
        return after;
    }

    /** Takes the rows out in the commit, which fails when any of them was moved or deleted meanwhile. */
    RowDelta in(RowDelta delta) {
        replacement.added().forEach(delta::addDeletes);
        replacement.superseded().forEach(delta::removeDeletes);
        return delta.validateFromSnapshot(base.snapshotId())
                .validateDataFilesExist(replacement.touchedPaths())
                .validateDeletedFiles()
                .validateNoConflictingDeleteFiles();
    }

    /** Deletes the files of a commit that was lost. */
    void discard() {
        replacement.added().stream().map(file -> file.location()).distinct().forEach(location -> {
            try {
                table.io().deleteFile(location);
            } catch (RuntimeException e) {
                BackfillCommitter.leftBehind(location, e);
            }
        });
    }
}
