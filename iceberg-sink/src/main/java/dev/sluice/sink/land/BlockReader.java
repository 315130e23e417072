package dev.sluice.sink.land;

import java.util.HashSet;
import java.util.Set;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** The block structure that arrays and maps share. Holds no state, because a recursive schema re-enters it. */
abstract class BlockReader {
    private final int bytesPerItem;
    private final boolean mayChangeSize;

    /**
     * A reader of items.
     *
     * @param mayChangeSize whether masking can change the bytes inside, so that byte sizes must not be kept
     */
    BlockReader(int bytesPerItem, boolean mayChangeSize) {
        this.bytesPerItem = bytesPerItem;
        this.mayChangeSize = mayChangeSize;
    }

    /** Reads one item into the collection, or into nothing. */
    abstract void item(AvroInput in, @Nullable Object into) throws MalformedValue;

    /** Reads all blocks and returns the number of items. */
    final int items(AvroInput in, @Nullable Object into) throws MalformedValue {
        int done = 0;
        for (int block = 0; ; block++) {
            int header = in.position();
            long count = in.readLong();
            if (count == 0) {
                return done;
            }
            if (block > 0) {
                in.notRebuildable();
            }
            int end = -1;
            if (count < 0) {
                count = -count;
                end = sizedEnd(in, header, count);
            }
            in.expectItems(count, bytesPerItem);
            for (long i = 0; i < count; i++) {
                try {
                    item(in, into);
                } catch (MalformedValue e) {
                    throw e.inItem(done);
                }
                done++;
            }
            if (end >= 0 && in.position() != end) {
                throw in.corrupt(in.position(), "a block that ends at byte " + end, "items that do not");
            }
        }
    }

    /** A negative count is followed by the block's size in bytes. */
    private int sizedEnd(AvroInput in, int header, long count) throws MalformedValue {
        in.notRebuildable();
        if (count < 0) {
            throw in.corrupt(header, "an item count", "the smallest of all numbers");
        }
        long size = in.readLong();
        if (size < 0) {
            throw in.corrupt(header, "a block size that is not negative", Long.toString(size));
        }
        if (size > in.remaining()) {
            throw in.outOfBytes("a block of " + size + " bytes");
        }
        if (mayChangeSize) {
            in.splices().replace(header, in.position(), AvroBytes.number(count));
        }
        return in.position() + (int) size;
    }

    /** Fewest bytes that a value of the schema can take. */
    static int fewestBytes(Schema schema) {
        return (int) Math.min(fewestBytes(schema, new HashSet<>()), Integer.MAX_VALUE);
    }

    private static long fewestBytes(Schema schema, Set<String> open) {
        return switch (schema.getType()) {
            case NULL -> 0;
            case BOOLEAN, INT, LONG, BYTES, STRING, ENUM, ARRAY, MAP, UNION -> 1;
            case FLOAT -> 4;
            case DOUBLE -> 8;
            case FIXED -> schema.getFixedSize();
            case RECORD -> {
                long sum = 0;
                if (open.add(schema.getFullName())) {
                    for (Schema.Field field : schema.getFields()) {
                        sum += fewestBytes(field.schema(), open);
                    }
                    open.remove(schema.getFullName());
                }
                yield sum;
            }
        };
    }
}
