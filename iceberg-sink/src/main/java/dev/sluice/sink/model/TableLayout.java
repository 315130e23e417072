package dev.sluice.sink.model;

import java.util.List;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;

/**
 * How a model's table is stored.
 *
 * @param formatVersion of the Iceberg table: 3 marks deleted rows by deletion vectors, 2 by position delete files
 * @param partitionBy empty for one partition
 */
public record TableLayout(int formatVersion, List<PartitionField> partitionBy) {
    static final int DEFAULT_VERSION = 3;
    static final TableLayout DEFAULT = new TableLayout(DEFAULT_VERSION, List.of());

    public TableLayout {
        partitionBy = List.copyOf(partitionBy);
    }

    /** The partitioning of a table with the schema. */
    PartitionSpec spec(Schema schema) {
        PartitionSpec.Builder builder = PartitionSpec.builderFor(schema);
        partitionBy.forEach(field -> field.addTo(builder));
        return builder.build();
    }
}
