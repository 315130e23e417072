package dev.sluice.sink.maintenance;

import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;

/** Rewrites each table the fastest way that keeps every value of it. */
public final class SuitingRewriter implements GroupRewriter {
    /** An instance of DuckDB takes longer to start than so little takes to copy. */
    private static final long FEW_BYTES = 4L << 20;

    private final DuckRewriter duck;
    private final RecordRewriter records = new RecordRewriter();

    public SuitingRewriter(DuckRewriter duck) {
        this.duck = duck;
    }

    @Override
    public List<DataFile> rewrite(Table table, FileGroup group, String fileName) {
        boolean fast = group.bytes() >= FEW_BYTES && DuckRewriter.suits(table);
        return (fast ? duck : records).rewrite(table, group, fileName);
    }
}
