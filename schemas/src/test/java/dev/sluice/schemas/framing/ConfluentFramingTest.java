package dev.sluice.schemas.framing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import org.junit.jupiter.api.Test;

class ConfluentFramingTest {
    @Test
    void theIdIsFourBytesMostSignificantFirstAfterTheMagicByte() {
        assertThat(ConfluentFraming.frame(0x01020304, new byte[] {9, 8})).containsExactly(0, 1, 2, 3, 4, 9, 8);
    }

    @Test
    void whatWasFramedIsReadBack() {
        for (int id : new int[] {0, 1, 255, 65_536, Integer.MAX_VALUE, -1}) {
            byte[] framed = ConfluentFraming.frame(id, new byte[] {42});

            assertThat(ConfluentFraming.schemaId(framed)).isEqualTo(id);
            assertThat(ConfluentFraming.payload(framed)).containsExactly(42);
        }
    }

    @Test
    void aHeaderAloneIsFramedAndItsPayloadEmpty() {
        assertThat(ConfluentFraming.isFramed(new byte[5])).isTrue();
        assertThat(ConfluentFraming.payload(new byte[5])).isEmpty();
    }

    @Test
    void aShortValueOrAnotherFirstByteIsNotFramed() {
        assertThat(ConfluentFraming.isFramed(new byte[0])).isFalse();
        assertThat(ConfluentFraming.isFramed(new byte[4])).isFalse();
        assertThat(ConfluentFraming.isFramed(new byte[] {'{', 0, 0, 0, 1, 2})).isFalse();
    }

    @Test
    void readingTheIdOfAnUnframedValueSaysWhatWasFound() {
        assertThatThrownBy(() -> ConfluentFraming.schemaId(new byte[] {'{', 0, 0, 0, 1}))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SCHEMA_INVALID))
                .hasMessageEndingWith("found first byte 0x7b");
        assertThatThrownBy(() -> ConfluentFraming.schemaId(new byte[3])).hasMessageEndingWith("found 3 bytes");
    }
}
