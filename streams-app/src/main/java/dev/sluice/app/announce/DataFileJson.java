package dev.sluice.app.announce;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.util.Map;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.ContentFileParser;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;

/** Data files as Iceberg's own JSON, the form that its REST protocol uses. */
public final class DataFileJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private DataFileJson() {}

    /**
     * One line of JSON.
     *
     * @param specs the partition specs of the file's table, by id
     */
    public static String write(DataFile file, Map<Integer, PartitionSpec> specs) {
        PartitionSpec spec = specs.get(file.specId());
        if (spec == null) {
            throw new SluiceException(
                    ErrorCode.BUG,
                    "Cannot announce data file " + file.location()
                            + ": its table has no such partition spec, expected one of " + specs.keySet() + ", found "
                            + file.specId());
        }
        return ContentFileParser.toJson(file, spec);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param specs the partition specs of the file's table, by id
     * @throws SluiceException {@code ANNOUNCEMENT_INVALID} if the text is not a data file of such a table
     */
    public static DataFile read(String json, Map<Integer, PartitionSpec> specs) {
        try {
            ContentFile<?> file = ContentFileParser.fromJson(JSON.readTree(json), specs);
            if (file instanceof DataFile dataFile) {
                return dataFile;
            }
            throw new SluiceException(
                    ErrorCode.ANNOUNCEMENT_INVALID,
                    "Cannot read an announced file: expected a data file, found " + file.content());
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new SluiceException(
                    ErrorCode.ANNOUNCEMENT_INVALID, "Cannot read an announced file: " + e.getMessage(), e);
        }
    }
}
