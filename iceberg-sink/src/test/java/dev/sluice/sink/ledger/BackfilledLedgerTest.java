package dev.sluice.sink.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackfilledLedgerTest {
    private static final SourcePartition P0 = new SourcePartition("cluster", "id", "orders", 0);
    private static final SourcePartition P1 = new SourcePartition("cluster", "id", "orders", 1);

    private static OffsetRange range(long from, long to) {
        return new OffsetRange(P0, from, to);
    }

    private static RangeCounts rows(long rows) {
        return new RangeCounts(rows, 0, 0);
    }

    private static Ledger live(long from, long to) {
        return Ledger.EMPTY.advanced(range(from, to), rows(to - from));
    }

    @Test
    void a_range_that_ends_where_the_live_flow_began_makes_its_entry_start_earlier() {
        Ledger ledger = live(100, 150).backfilled(range(60, 100), rows(40));

        assertThat(ledger.backfilled()).isEmpty();
        assertThat(ledger.entry(P0)).hasValue(new LedgerEntry(P0, 60, 150, rows(90)));
    }

    @Test
    void ranges_apart_are_joined_once_what_lies_between_them_comes() {
        Ledger ledger = live(100, 150)
                .backfilled(range(0, 20), rows(20))
                .backfilled(range(40, 60), rows(20))
                .backfilled(range(20, 40), new RangeCounts(18, 1, 1));
        assertThat(ledger.backfilled()).containsExactly(new LedgerEntry(P0, 0, 60, new RangeCounts(58, 1, 1)));

        Ledger whole = ledger.backfilled(range(60, 100), rows(40));
        assertThat(whole.backfilled()).isEmpty();
        assertThat(whole.entry(P0)).hasValue(new LedgerEntry(P0, 0, 150, new RangeCounts(148, 1, 1)));
    }

    @Test
    void the_live_flow_may_begin_after_a_backfill_of_its_partition() {
        Ledger ledger = Ledger.EMPTY.backfilled(range(0, 20), rows(20));

        assertThat(ledger.place(range(20, 30))).isEqualTo(Placement.NEXT);
        assertThat(ledger.advanced(range(20, 30), rows(10)).entry(P0)).hasValue(new LedgerEntry(P0, 0, 30, rows(30)));
    }

    @Test
    void a_range_is_split_into_what_is_held_and_what_is_missing() {
        Ledger ledger = live(100, 150).backfilled(range(20, 40), rows(20));

        assertThat(ledger.held(range(0, 160))).containsExactly(range(20, 40), range(100, 150));
        assertThat(ledger.missing(range(0, 160))).containsExactly(range(0, 20), range(40, 100), range(150, 160));
        assertThat(ledger.missing(range(25, 35))).isEmpty();
        assertThat(ledger.missing(new OffsetRange(P1, 0, 5))).containsExactly(new OffsetRange(P1, 0, 5));
    }

    @Test
    void a_range_is_refused_when_a_part_of_it_is_held_or_is_the_live_flows() {
        Ledger ledger = live(100, 150).backfilled(range(20, 40), rows(20));
        for (OffsetRange refused : List.of(range(30, 50), range(90, 101), range(150, 160))) {
            assertThatExceptionOfType(SluiceException.class)
                    .isThrownBy(() -> ledger.backfilled(refused, rows(1)))
                    .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.LEDGER_GAP));
        }
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> ledger.backfilled(
                        new OffsetRange(new SourcePartition("cluster", "other", "orders", 0), 0, 1), rows(1)))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.SOURCE_RECREATED));
    }

    @Test
    void the_live_flow_cannot_land_what_a_backfill_landed_before_it_began() {
        Ledger ledger = Ledger.EMPTY.backfilled(range(0, 20), rows(20));

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> ledger.place(range(10, 30)))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.LEDGER_GAP));
    }

    @Test
    void backfilled_stretches_survive_their_text_form_and_older_readers_refuse_them() {
        LedgerCodec codec = new LedgerCodec();
        Ledger ledger = live(100, 150).backfilled(range(20, 40), rows(20)).stamped("b", 7, 3);

        assertThat(codec.fromJson("t", codec.toJson(ledger))).isEqualTo(ledger);
        assertThat(codec.toJson(ledger)).startsWith("{\"v\":2");
        assertThat(codec.toJson(live(100, 150).stamped("b", 7, 3))).startsWith("{\"v\":1");
    }
}
