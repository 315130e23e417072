package dev.sluice.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.error.SluiceException;
import dev.sluice.schemas.orders.CustomerSchemas;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.junit.jupiter.api.Test;

class CustomerBookTest {
    private static final CustomerSpec SPEC = new CustomerSpec(500, 7, 3, EventClock.defaults());

    @Test
    void the_same_seed_gives_the_same_customers_and_another_one_others() {
        List<CustomerChange> first = new CustomerBook(SPEC).delivered(9);
        assertThat(new CustomerBook(SPEC).delivered(9)).isEqualTo(first);
        assertThat(new CustomerBook(new CustomerSpec(500, 8, 3, EventClock.defaults())).delivered(9))
                .isNotEqualTo(first);
    }

    @Test
    void the_newest_delivered_change_is_the_expected_row_whatever_the_order() {
        CustomerBook book = new CustomerBook(SPEC);
        Map<Long, Long> newest = new HashMap<>();
        int outOfOrder = 0;
        for (long id = 1; id <= 500; id++) {
            List<CustomerChange> delivered = book.delivered(id);
            List<CustomerChange> sorted = new ArrayList<>(delivered);
            sorted.sort((a, b) -> Long.compare(a.updatedAtMicros(), b.updatedAtMicros()));
            outOfOrder += sorted.equals(delivered) ? 0 : 1;
            newest.put(id, sorted.get(sorted.size() - 1).updatedAtMicros());
        }
        assertThat(outOfOrder).isPositive();
        assertThat(new ExpectedCustomers(SPEC).silverCustomers().rows())
                .hasSize(500)
                .allSatisfy(row -> assertThat(row.get("updated_at")).isEqualTo(newest.get(row.get("customer_id"))));
        assertThat(new ExpectedCustomers(SPEC).records()).isGreaterThan(500);
    }

    @Test
    void a_customer_reads_back_from_its_bytes() throws Exception {
        CustomerChange change = new CustomerBook(SPEC).history(3).get(0);
        byte[] framed = new CustomerEncoder(258).encode(change);
        assertThat(framed).startsWith(0, 0, 0, 1, 2);
        GenericRecord read = new GenericDatumReader<GenericRecord>(CustomerSchemas.v1())
                .read(null, DecoderFactory.get().binaryDecoder(framed, 5, framed.length - 5, null));
        assertThat(read.get("customer_id")).isEqualTo(3L);
        assertThat(read.get("name")).hasToString(change.name());
        assertThat(String.valueOf(read.get("email"))).isEqualTo(String.valueOf(change.email()));
        assertThat(read.get("segment")).hasToString(change.segment());
        assertThat(read.get("country")).hasToString(change.country());
        assertThat(read.get("updated_at")).isEqualTo(change.updatedAtMicros());
    }

    @Test
    void no_customers_at_all_is_a_mistake() {
        assertThatThrownBy(() -> new CustomerSpec(0, 1, 1, EventClock.defaults()))
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining("--customers");
    }
}
