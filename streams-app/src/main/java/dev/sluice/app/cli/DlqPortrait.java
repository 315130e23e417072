package dev.sluice.app.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.dlq.DeadLetterView;
import dev.sluice.app.dlq.HexDump;
import dev.sluice.app.replay.DeadLetterState;
import dev.sluice.error.SluiceException;
import dev.sluice.schemas.framing.ConfluentFraming;
import dev.sluice.schemas.registry.SchemaRegistry;
import dev.sluice.sink.land.LandingSpec;
import dev.sluice.sink.land.PartialValue;
import dev.sluice.sink.land.ValueInspector;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.apache.avro.Schema;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * All that can be said of one dead letter.
 *
 * @param schema what the registry says of the claimed schema, a sentence
 * @param decoded null where there is no schema to decode with
 * @param open whether nothing need be hidden
 */
@SuppressWarnings("ArrayRecordComponent") // two portraits are never compared
record DlqPortrait(
        SourceConfig source,
        DeadLetterView letter,
        byte[] value,
        String schema,
        @Nullable PartialValue decoded,
        boolean open) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HIDDEN = "hidden, because the source has rules for personal data; --raw shows it";

    static DlqPortrait of(SourceConfig source, DeadLetterView letter, SchemaRegistry registry, boolean raw) {
        byte[] value = letter.value() == null ? new byte[0] : letter.value();
        boolean open = raw || source.pii().isEmpty();
        if (!ConfluentFraming.isFramed(value)) {
            return new DlqPortrait(source, letter, value, "none: the value has no schema id", null, open);
        }
        int id = ConfluentFraming.schemaId(value);
        try {
            Schema writer = registry.byId(id);
            LandingSpec spec = open
                    ? LandingSpec.defaults().withMaxValueBytes(source.maxRecordBytes())
                    : source.landingSpec(LandingSpec.DEFAULT_TARGET_FILE_BYTES);
            PartialValue decoded = ValueInspector.inspect(writer, value, ConfluentFraming.HEADER_LENGTH, spec);
            return new DlqPortrait(source, letter, value, id + ", " + writer.getFullName(), decoded, open);
        } catch (SluiceException e) {
            return new DlqPortrait(source, letter, value, id + ": " + e.getMessage(), null, open);
        }
    }

    private boolean shows(int index) {
        PartialValue read = decoded;
        return open
                || (read != null
                        ? read.shows(index)
                        : index < ConfluentFraming.HEADER_LENGTH && ConfluentFraming.isFramed(value));
    }

    private int failedAt() {
        return decoded != null && decoded.failure() != null ? decoded.end() : -1;
    }

    private String failure() {
        return decoded == null || decoded.failure() == null
                ? "whole"
                : decoded.failure().reason() + ", " + decoded.failure().detail();
    }

    void print(PrintWriter out, DeadLetterState state, int lines) {
        out.println(
                letter.position() + ", as " + source.dlq() + "-" + letter.dlqPartition() + "@" + letter.dlqOffset());
        out.println("  state     " + state.label()
                + (letter.replayCount() > 0
                        ? ", put back " + letter.replayCount() + " times, last for "
                                + letter.replayOf().map(Object::toString).orElse("?")
                        : ""));
        out.println("  reason    " + letter.reason() + ": " + letter.meaning());
        out.println("  detail    " + letter.detail());
        out.println("  time      " + letter.timestamp());
        out.println("  schema    " + schema);
        out.println("  key       " + key());
        out.println("  headers   " + (letter.headers().isEmpty() ? "none" : ""));
        letter.headers().forEach(header -> out.println("    " + header.key() + " = " + text(header)));
        out.printf("  value     %,d bytes%n", value.length);
        new HexDump(this::shows, failedAt()).lines(value, lines).forEach(line -> out.println("    " + line));
        if (!open) {
            out.println("    ·· " + HIDDEN);
        }
        if (decoded != null) {
            out.println("  decoded   " + failure());
            pretty().lines().forEach(line -> out.println("    " + line));
        }
    }

    private String key() {
        byte[] key = letter.key();
        if (key == null) {
            return "none";
        }
        return source.keyIsPersonal() && !open ? HIDDEN : text(key);
    }

    private static String text(Header header) {
        return header.value() == null ? "null" : text(header.value());
    }

    /** As text when it is printable, else as hex. */
    private static String text(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        boolean printable = text.chars().noneMatch(c -> c < 0x20 || c == 0xFFFD);
        return printable ? text : "0x" + HexFormat.of().formatHex(bytes);
    }

    private String pretty() {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(decoded == null ? null : decoded.fields());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    void fill(ObjectNode json) {
        json.put("meaning", letter.meaning()).put("schema", schema);
        json.put("key", key());
        ArrayNode headers = json.putArray("headers");
        letter.headers()
                .forEach(header -> headers.addObject().put("name", header.key()).put("value", text(header)));
        StringBuilder hex = new StringBuilder();
        for (int i = 0; i < value.length; i++) {
            hex.append(shows(i) ? "%02x".formatted(Byte.toUnsignedInt(value[i])) : "··");
        }
        json.put("value_hex", hex.toString());
        if (decoded != null) {
            json.set("decoded", JSON.valueToTree(decoded.fields()));
            if (failedAt() >= 0) {
                json.put("failed_at_byte", failedAt()).put("failure", failure());
            }
        }
    }
}
