package dev.sluice.sink.land;

import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A union that only says "or null": one branch that is not null, and at most one that is.
 *
 * @param nullIndex index of the null branch, -1 when there is none
 */
record NullableUnion(int nullIndex, int valueIndex, Schema value) {
    /** The union as such, or null for a union of several types. */
    static @Nullable NullableUnion of(Schema union) {
        List<Schema> branches = union.getTypes();
        int nullIndex = -1;
        int valueIndex = -1;
        for (int i = 0; i < branches.size(); i++) {
            if (branches.get(i).getType() == Schema.Type.NULL) {
                nullIndex = i;
            } else if (valueIndex >= 0) {
                return null;
            } else {
                valueIndex = i;
            }
        }
        return valueIndex < 0 ? null : new NullableUnion(nullIndex, valueIndex, branches.get(valueIndex));
    }
}
