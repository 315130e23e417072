package dev.sluice.load;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** How many records of each partition are there already, so that a killed load can be finished without duplicates. */
public final class Skip {
    private final long[] perPartition;

    private Skip(long[] perPartition) {
        this.perPartition = perPartition;
    }

    public static Skip nothing(LoadSpec spec) {
        return new Skip(new long[spec.partitions()]);
    }

    /**
     * Skips the first records of each partition.
     *
     * @throws SluiceException {@link ErrorCode#USAGE} when there is not one number per partition of the load
     */
    public static Skip of(LoadSpec spec, long... recordsPerPartition) {
        if (recordsPerPartition.length != spec.partitions()) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "Cannot resume the load: expected one count for each of " + spec.partitions()
                            + " partitions, found " + recordsPerPartition.length);
        }
        return new Skip(recordsPerPartition.clone());
    }

    /** All records skipped, over all partitions. */
    public long total() {
        return Arrays.stream(perPartition).sum();
    }

    Iterator<Delivery> of(Iterator<Delivery> all) {
        long[] left = perPartition.clone();
        return new Iterator<>() {
            private @Nullable Delivery ahead;

            @Override
            public boolean hasNext() {
                while (ahead == null && all.hasNext()) {
                    Delivery delivery = all.next();
                    if (left[delivery.partition()] > 0) {
                        left[delivery.partition()]--;
                    } else {
                        ahead = delivery;
                    }
                }
                return ahead != null;
            }

            @Override
            public Delivery next() {
                if (!hasNext() || ahead == null) {
                    throw new NoSuchElementException("The load has no more records");
                }
                Delivery delivery = ahead;
                ahead = null;
                return delivery;
            }
        };
    }
}
