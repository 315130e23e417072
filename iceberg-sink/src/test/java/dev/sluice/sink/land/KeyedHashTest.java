package dev.sluice.sink.land;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class KeyedHashTest {
    @Test
    void is_the_hmac_of_the_jdk_for_keys_and_values_of_every_length() throws Exception {
        Random random = new Random(5);
        for (int length = 16; length < 200; length++) {
            byte[] key = new byte[length];
            random.nextBytes(key);
            KeyedHash hash = new KeyedHash(key);
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            for (int i = 0; i < 5; i++) {
                byte[] value = new byte[3 + random.nextInt(200)];
                random.nextBytes(value);
                byte[] expected = mac.doFinal(Arrays.copyOfRange(value, 1, value.length - 1));
                assertThat(hash.of(value, 1, value.length - 2)).isEqualTo(expected);
                assertThat(new String(KeyedHash.hex(expected), StandardCharsets.US_ASCII))
                        .isEqualTo(HexFormat.of().formatHex(expected));
            }
        }
    }
}
