package dev.sluice.sink.merge;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.deletes.Deletes;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;

/** Deleted positions of data files, from deletion vectors or position delete files. */
final class Positions {
    private Positions() {}

    static PositionDeleteIndex deleted(FileIO io, List<DeleteFile> deletes, String dataFile) {
        if (deletes.isEmpty()) {
            return PositionDeleteIndex.empty();
        }
        return new BaseDeleteLoader(delete -> io.newInputFile(delete)).loadPositionDeletes(deletes, dataFile);
    }

    static PositionDeleteIndex minus(PositionDeleteIndex all, PositionDeleteIndex without) {
        if (without.isEmpty()) {
            return all;
        }
        List<Long> rest = new ArrayList<>();
        all.forEach(position -> {
            if (!without.isDeleted(position)) {
                rest.add(position);
            }
        });
        return of(rest);
    }

    static PositionDeleteIndex union(PositionDeleteIndex left, PositionDeleteIndex right) {
        List<Long> both = new ArrayList<>();
        left.forEach(both::add);
        right.forEach(both::add);
        return of(both);
    }

    private static PositionDeleteIndex of(List<Long> positions) {
        return Deletes.toPositionIndex(CloseableIterable.withNoopClose(positions));
    }
}
