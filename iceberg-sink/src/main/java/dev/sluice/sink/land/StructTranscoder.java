package dev.sluice.sink.land;

import dev.sluice.sink.land.columns.ColumnNode;
import java.util.List;

/** A record, field by field, and null for the columns that it has no field for. */
final class StructTranscoder implements Transcoder {
    private final String[] names;
    private final Transcoder[] fields;
    private final ColumnNode[] absent;
    private final int def;
    private final Check.NotNull[] missing;

    /**
     * A transcoder.
     *
     * @param names of the fields, in writing order
     * @param fields of the same order
     * @param absent columns that get null
     * @param def definition level of the struct itself
     * @param missing checks of columns that the writer does not have
     */
    StructTranscoder(
            List<String> names,
            List<Transcoder> fields,
            List<ColumnNode> absent,
            int def,
            List<Check.NotNull> missing) {
        this.names = names.toArray(String[]::new);
        this.fields = fields.toArray(Transcoder[]::new);
        this.absent = absent.toArray(ColumnNode[]::new);
        this.def = def;
        this.missing = missing.toArray(Check.NotNull[]::new);
    }

    @Override
    public void read(AvroInput in, int rep) throws MalformedValue {
        for (int i = 0; i < fields.length; i++) {
            try {
                fields[i].read(in, rep);
            } catch (MalformedValue e) {
                throw e.inField(names[i]);
            }
        }
        for (ColumnNode column : absent) {
            column.addNull(rep, def);
        }
        for (Check.NotNull check : missing) {
            in.broken(RejectReason.REQUIRED_NULL, Checks.missing(check));
        }
    }
}
