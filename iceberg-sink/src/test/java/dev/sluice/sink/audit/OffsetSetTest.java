package dev.sluice.sink.audit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OffsetSetTest {
    private static OffsetSet of(long... offsets) {
        OffsetSet set = new OffsetSet(100, 120);
        for (long offset : offsets) {
            set.add(offset);
        }
        return set;
    }

    @Test
    void countsRepeatedOffsetsOnceInTheSetAndOnceAsRepeated() {
        OffsetSet set = of(100, 101, 101, 101, 105);

        assertThat(set.size()).isEqualTo(3);
        assertThat(set.repeated()).isEqualTo(1);
        assertThat(set.repeatedOnes().sample()).isEqualTo("101");
    }

    @Test
    void offsetsOutsideOfTheWindowAreCountedNotHeld() {
        OffsetSet set = of(99, 120, 119);

        assertThat(set.size()).isEqualTo(1);
        assertThat(set.outside()).isEqualTo(2);
    }

    @Test
    void differencesAndIntersectionsNameTheOffsets() {
        OffsetSet left = of(100, 101, 102, 103, 104, 105, 106);
        OffsetSet right = of(102, 119);

        assertThat(left.minus(right).sample()).isEqualTo("100, 101, 103, 104, 105, …");
        assertThat(left.and(right).sample()).isEqualTo("102");
        assertThat(left.minus(right).minus(left).sample()).isEmpty();
    }
}
