package dev.sluice.sink.land;

import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Whether values of a writer's type go into a column. */
enum TypeFit {
    /** They go in as they are, or widened without loss. */
    FITS,
    /** They would if the column were widened, which Iceberg allows. */
    WIDEN_COLUMN,
    /** They do not. */
    NEVER;

    static TypeFit of(Type column, Type writer) {
        if (column.equals(writer)) {
            return FITS;
        }
        if (column instanceof Types.DecimalType c && writer instanceof Types.DecimalType w && c.scale() == w.scale()) {
            return w.precision() < c.precision() ? FITS : WIDEN_COLUMN;
        }
        if (widens(writer, column)) {
            return FITS;
        }
        return widens(column, writer) ? WIDEN_COLUMN : NEVER;
    }

    private static boolean widens(Type narrow, Type wide) {
        return switch (narrow.typeId()) {
            case INTEGER -> wide.typeId() == Type.TypeID.LONG;
            case FLOAT -> wide.typeId() == Type.TypeID.DOUBLE;
            default -> false;
        };
    }
}
