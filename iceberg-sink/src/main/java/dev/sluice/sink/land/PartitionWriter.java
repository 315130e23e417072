package dev.sluice.sink.land;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the records of one source partition and one micro-batch into Parquet data files, which are in no table until
 * somebody commits them. Files are opened at the first row. Belongs to one thread.
 *
 * <p>After a {@link SluiceException} the writer is dead: only {@link #abort()} and {@link #close()} are left.
 */
public final class PartitionWriter implements AutoCloseable {
    private final LandingTables tables;
    private final TableIdentifier name;
    private final LandingSpec spec;
    private final InstantSource clock;
    private final Masks masks;
    private final LandingMemory memory;

    private final List<Target> targets = new ArrayList<>();
    private final List<DataFile> closed = new ArrayList<>();
    private final TreeSet<Integer> schemaIds = new TreeSet<>();
    private final Map<Integer, DecodePlan> plans = new HashMap<>();
    private @Nullable Target target;
    private @Nullable DecodePlan plan;
    private int planId;
    private long landedId = Long.MIN_VALUE;
    private State state = State.OPEN;
    private boolean full;
    private long rows;
    private long tombstones;

    private enum State {
        OPEN,
        DEAD,
        ENDED
    }

    /** The table as this writer sees it, and the way into it. */
    private record Target(Table table, int schemaId, Lane lane) {}

    /**
     * A writer with nothing open yet.
     *
     * @param table the bronze table of the source
     * @param clock stamps {@code _ingested_at}
     */
    public PartitionWriter(LandingTables tables, TableIdentifier table, LandingSpec spec, InstantSource clock) {
        this(tables, table, spec, clock, new LandingMemory());
    }

    /**
     * A writer with nothing open yet that goes on from what the files before it have shown.
     *
     * @param memory of the source, shared by all its writers
     */
    public PartitionWriter(
            LandingTables tables, TableIdentifier table, LandingSpec spec, InstantSource clock, LandingMemory memory) {
        this.tables = tables;
        this.memory = memory;
        this.name = table;
        this.spec = spec;
        this.clock = clock;
        this.masks = new Masks(spec.pii());
    }

    /**
     * Decodes one record and writes its row.
     *
     * @param value the record's value as it came, framing included; not kept
     * @param payloadOffset where the Avro bytes start in {@code value}
     * @throws SluiceException STORAGE_FAILED when the file cannot be written; the catalog's codes when the table cannot
     *     be evolved; CONFIG_INVALID when a check does not suit its column
     */
    public Landed land(
            RecordPosition at, byte @Nullable [] key, int schemaId, Schema writer, byte[] value, int payloadOffset) {
        requireAlive();
        state = State.DEAD;
        DecodePlan current = planOf(schemaId, writer);
        Landed landed = target().lane().land(current, at, masked(key), schemaId, clock.millis(), value, payloadOffset);
        if (landed instanceof Landed.Row) {
            if (schemaId != landedId) {
                schemaIds.add(schemaId);
                landedId = schemaId;
            }
            rows++;
            rollWhenFull();
        }
        state = State.OPEN;
        return landed;
    }

    /** Writes a row for a record without a value: the key, the position, and null everywhere else. */
    public void tombstone(RecordPosition at, byte @Nullable [] key) {
        alive(() -> {
            target().lane().tombstone(at, masked(key), clock.millis());
            tombstones++;
            rollWhenFull();
            return at;
        });
    }

    /** Whether a file of this batch has reached its target size, so that the batch had better end. */
    public boolean full() {
        return full;
    }

    /** Closes the open file and hands over all files. Nothing can be landed afterwards. */
    public LandedFiles finish() {
        return alive(() -> {
            roll();
            state = State.ENDED;
            targets.forEach(one -> one.lane().close());
            return new LandedFiles(closed, rows, tombstones, List.copyOf(schemaIds));
        });
    }

    /**
     * Closes and deletes what was written, as far as storage lets it. Does nothing after {@link #finish()}, because the
     * files may be announced by then.
     */
    public void abort() {
        if (state == State.ENDED) {
            return;
        }
        state = State.ENDED;
        for (Target one : targets) {
            one.lane().close();
            for (String location : one.lane().locations()) {
                delete(one.table(), location);
            }
        }
    }

    /** Aborts unless finished. */
    @Override
    public void close() {
        abort();
    }

    private void requireAlive() {
        if (state != State.OPEN) {
            throw new SluiceException(
                    ErrorCode.BUG,
                    "[" + name + "] Cannot use the partition writer: it has "
                            + (state == State.DEAD ? "failed" : "ended") + " before");
        }
    }

    private interface Step<T> {
        T run();
    }

    /** Runs a step of a living writer; a step that fails kills it. */
    private <T> T alive(Step<T> step) {
        requireAlive();
        state = State.DEAD;
        T result = step.run();
        if (state == State.DEAD) {
            state = State.OPEN;
        }
        return result;
    }

    private DecodePlan planOf(int schemaId, Schema writer) {
        DecodePlan current = plan;
        if (current == null || planId != schemaId) {
            current = plans.get(schemaId);
            if (current == null) {
                moveTo(tables.evolved(name, schemaId, writer));
                current = target().lane().plan(schemaId, writer);
                plans.put(schemaId, current);
            }
            plan = current;
            planId = schemaId;
        }
        return current;
    }

    /** Goes over to the table's new schema, in a new file and with new plans. */
    private void moveTo(Table table) {
        if (target == null || target.schemaId() != table.schema().schemaId()) {
            roll();
            open(table);
            plans.clear();
        }
    }

    private Target target() {
        Target current = target;
        return current == null ? open(tables.loadOrCreate(name)) : current;
    }

    private Target open(Table table) {
        Target opened = new Target(table, table.schema().schemaId(), memory.lane(table, spec, masks));
        targets.add(opened);
        target = opened;
        return opened;
    }

    private byte @Nullable [] masked(byte @Nullable [] key) {
        return key == null ? null : masks.key(key);
    }

    private void rollWhenFull() {
        if (target().lane().reached(spec.targetFileBytes())) {
            roll();
            full = true;
        }
    }

    private void roll() {
        DataFile file = target == null ? null : target.lane().roll();
        if (file != null) {
            closed.add(file);
        }
    }

    @SuppressWarnings("EmptyCatch")
    private static void delete(Table table, String location) {
        try {
            table.io().deleteFile(location);
        } catch (RuntimeException ignored) {
            // Best effort: the file is in no table, and maintenance sweeps such files later.
        }
    }
}
