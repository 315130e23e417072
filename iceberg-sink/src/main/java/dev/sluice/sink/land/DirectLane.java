package dev.sluice.sink.land;

import dev.sluice.error.SluiceException;
import dev.sluice.sink.land.columns.ColumnFile;
import dev.sluice.sink.land.columns.ColumnNode;
import dev.sluice.sink.land.columns.ColumnSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Values from the fetched bytes straight into Parquet's columns. */
final class DirectLane implements Lane {
    private static final Logger LOG = LoggerFactory.getLogger(DirectLane.class);

    /** Asking for a file's size walks all columns, so it is not done for every row. */
    private static final int ROWS_BETWEEN_SIZE_CHECKS = 100;

    private static final int BYTES_BESIDE_A_VALUE = 64;

    private final Table table;
    private final DictionaryMemory memory;
    private final Workbench bench;
    private final ColumnSet columns;
    private final List<String> locations = new ArrayList<>();
    private DictionaryMemory.@Nullable Choice choice;
    private @Nullable ColumnFile file;

    /** @param bench of the table's schema, in nobody else's hands until this is closed */
    DirectLane(Table table, DictionaryMemory memory, Workbench bench) {
        this.table = table;
        this.memory = memory;
        this.bench = bench;
        this.columns = bench.columns();
    }

    @Override
    public DecodePlan plan(int schemaId, Schema writer) {
        return bench.plan(schemaId, writer);
    }

    @Override
    public Landed land(
            DecodePlan plan,
            RecordPosition at,
            byte @Nullable [] key,
            int schemaId,
            long nowMillis,
            byte[] value,
            int payloadOffset) {
        begin();
        Landed landed = plan.decode(value, payloadOffset);
        if (landed instanceof Landed.Row) {
            bench.record().add(at, key, schemaId, nowMillis, plan.payload());
            keep(at, value.length + (key == null ? 0 : key.length));
        } else {
            columns.rollback();
        }
        return landed;
    }

    @Override
    public void tombstone(RecordPosition at, byte @Nullable [] key, long nowMillis) {
        begin();
        for (ColumnNode node : bench.writersColumns()) {
            node.addNull(0, 0);
        }
        bench.record().add(at, key, null, nowMillis, null);
        keep(at, key == null ? 0 : key.length);
    }

    private void begin() {
        if (choice == null) {
            DictionaryMemory.Choice next = memory.next();
            choice = next;
            columns.start(next.plainColumns());
        }
        columns.mark();
    }

    private void keep(RecordPosition at, int bytes) {
        ColumnFile open = file;
        if (open == null) {
            String location = DataFileNames.location(table, at);
            locations.add(location);
            open = new ColumnFile(columns, table.io().newOutputFile(location));
            file = open;
        }
        try {
            open.endRow(bytes + BYTES_BESIDE_A_VALUE);
        } catch (IOException | RuntimeException e) {
            throw failed("write", e);
        }
    }

    @Override
    public boolean reached(long targetBytes) {
        ColumnFile open = file;
        try {
            return open != null && open.rows() % ROWS_BETWEEN_SIZE_CHECKS == 0 && open.length() >= targetBytes;
        } catch (IOException e) {
            throw failed("write", e);
        }
    }

    @Override
    public @Nullable DataFile roll() {
        ColumnFile open = file;
        if (open == null) {
            return null;
        }
        try {
            ColumnFile.Closed closed = open.close();
            DataFile written = DataFiles.builder(PartitionSpec.unpartitioned())
                    .withPath(lastLocation())
                    .withFormat(FileFormat.PARQUET)
                    .withFileSizeInBytes(closed.length())
                    .withMetrics(closed.metrics())
                    .withSplitOffsets(closed.splitOffsets())
                    .build();
            learn(open.rows(), closed);
            file = null;
            choice = null;
            return written;
        } catch (IOException | RuntimeException e) {
            throw failed("close", e);
        }
    }

    private void learn(long rows, ColumnFile.Closed closed) {
        memory.closed(rows);
        if (choice != null && choice.lesson()) {
            memory.learned(rows, closed.withoutDictionary());
        }
    }

    @Override
    public Iterable<String> locations() {
        return locations;
    }

    @Override
    public void close() {
        if (choice != null && choice.lesson()) {
            memory.missed();
        }
        choice = null;
        if (file != null) {
            try {
                file.discard();
            } catch (IOException | RuntimeException e) {
                LOG.atDebug().setCause(e).addKeyValue("file", lastLocation()).log("cannot give a file up");
            }
            file = null;
        }
        bench.putBack();
    }

    private String lastLocation() {
        return locations.get(locations.size() - 1);
    }

    private SluiceException failed(String verb, Exception cause) {
        return DataFileNames.failed(table, verb, lastLocation(), cause);
    }
}
