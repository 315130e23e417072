package dev.sluice.sink.land;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Types;

/** Rebuilds Kafka values from bronze rows. */
public final class BronzeRows {
    private final Types.StructType table;
    private final int payloadPosition;

    /** Reads rows of this shape, for example {@code table.schema().asStruct()}. */
    public BronzeRows(Types.StructType table) {
        this.table = table;
        this.payloadPosition = table.fields().indexOf(table.field(BronzeColumns.PAYLOAD));
    }

    /**
     * The Avro bytes of a row, without framing, as they were landed: byte for byte those of the record, with masked
     * values in place of personal data.
     *
     * @param row a row as Iceberg's internal reader gives it
     * @param writer the schema of the row's {@code _schema_id}
     * @throws SluiceException SCHEMA_INVALID when the row does not fit the schema
     */
    public byte[] rebuild(Schema writer, StructLike row) {
        ByteBuffer payload = row.get(payloadPosition, ByteBuffer.class);
        if (payload != null) {
            byte[] bytes = new byte[payload.remaining()];
            payload.duplicate().get(bytes);
            return bytes;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        try {
            new ColumnEncoder(encoder).record(writer, FieldColumns.topLevel(writer), table, row);
            encoder.flush();
        } catch (IOException | AvroRuntimeException | ClassCastException | NullPointerException e) {
            throw new SluiceException(
                    ErrorCode.SCHEMA_INVALID,
                    "Cannot rebuild a value: the row does not fit the writer schema " + writer.getFullName(),
                    e);
        }
        return out.toByteArray();
    }
}
