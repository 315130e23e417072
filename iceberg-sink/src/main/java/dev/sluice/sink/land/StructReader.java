package dev.sluice.sink.land;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a record field by field into the columns of a struct, or into nothing. */
final class StructReader implements ValueReader {
    private final int columns;
    private final List<Check.NotNull> missing;
    private String[] names = new String[0];
    private int[] positions = new int[0];
    private ValueReader[] readers = new ValueReader[0];
    private boolean recursive;

    /**
     * A reader that still needs its fields, because they may lead back to it.
     *
     * @param columns size of the struct, -1 when nothing is kept
     * @param missing checks of columns that the writer does not have
     */
    StructReader(int columns, List<Check.NotNull> missing) {
        this.columns = columns;
        this.missing = missing;
    }

    /** Sets the fields in writing order; the position of a field that is not kept is -1. */
    void fields(String[] fieldNames, int[] fieldPositions, ValueReader[] fieldReaders) {
        names = fieldNames;
        positions = fieldPositions;
        readers = fieldReaders;
    }

    /** Tells that the record can turn up inside itself. */
    void markRecursive() {
        recursive = true;
    }

    @Override
    public @Nullable Object read(AvroInput in, @Nullable Object reuse) throws MalformedValue {
        if (columns < 0) {
            if (recursive) {
                in.enterRecursion();
            }
            fill(in, null);
            if (recursive) {
                in.leaveRecursion();
            }
            return null;
        }
        StructRow row = reuse instanceof StructRow old ? old : new StructRow(columns);
        fill(in, row);
        return row;
    }

    void fill(AvroInput in, @Nullable StructRow row) throws MalformedValue {
        for (int i = 0; i < readers.length; i++) {
            int pos = positions[i];
            try {
                if (row == null || pos < 0) {
                    readers[i].read(in, null);
                } else {
                    row.put(pos, readers[i].read(in, row.spare(pos)));
                }
            } catch (MalformedValue e) {
                throw e.inField(names[i]);
            }
        }
        for (Check.NotNull check : missing) {
            in.broken(RejectReason.REQUIRED_NULL, Checks.missing(check));
        }
    }
}
