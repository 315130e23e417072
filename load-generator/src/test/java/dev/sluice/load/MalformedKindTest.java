package dev.sluice.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;

class MalformedKindTest {
    private final LoadSpec spec = LoadSpec.defaults()
            .withEvents(40_000)
            .withFaults(Faults.defaults().withMalformed(Percent.of(40)).withTombstones(Percent.of(1)));

    @Test
    void avros_own_reader_rejects_every_malformed_record_for_its_reason_and_no_other() {
        new LoadGenerator(spec, DecodedValue.IDS).forEachRemaining(record -> {
            switch (record.kind()) {
                case TOMBSTONE -> assertThat(record.value()).isNull();
                case MALFORMED ->
                    assertThat(DecodedValue.of(record.value()).reason())
                            .as("%s", record.malformed())
                            .isEqualTo(record.malformed().reason());
                default -> assertThat(DecodedValue.of(record.value()).valid()).isTrue();
            }
        });
    }

    @Test
    void the_key_of_a_valid_event_is_its_order_id() {
        new LoadGenerator(spec, DecodedValue.IDS).forEachRemaining(record -> {
            if (record.kind().valid()) {
                GenericRecord event = DecodedValue.of(record.value()).record();
                assertThat(event.get("order_id")).hasToString(new String(record.key(), UTF_8));
            }
        });
    }

    @Test
    void event_ids_are_unique_but_for_duplicates() {
        Set<String> ids = new HashSet<>();
        List<String> repeated = new ArrayList<>();
        new LoadGenerator(spec, DecodedValue.IDS).forEachRemaining(record -> {
            DecodedValue decoded = record.value() == null ? null : DecodedValue.of(record.value());
            if (decoded != null && decoded.valid()) {
                String id = decoded.record().get("event_id").toString();
                if (record.kind() == RecordKind.DUPLICATE) {
                    repeated.add(id);
                } else {
                    assertThat(ids.add(id)).isTrue();
                }
            }
        });
        assertThat(ids).hasSize((int) spec.validEvents()).containsAll(repeated);
    }
}
