package dev.sluice.sink.land.columns;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;

/** Zstandard with memory that is kept from page to page. Used by one thread. */
final class Compressor implements AutoCloseable {
    private static final int MOST_KEPT = 4 << 20;

    private final ZstdCompressCtx context = new ZstdCompressCtx();
    private byte[] out = new byte[0];

    Compressor(int level) {
        context.setLevel(level);
    }

    BytesInput compress(ByteSink plain) {
        int bound = Math.toIntExact(Zstd.compressBound(plain.size));
        if (out.length < bound) {
            out = new byte[bound];
        }
        int size = context.compressByteArray(out, 0, out.length, plain.bytes, 0, plain.size);
        BytesInput compressed = BytesInput.from(Arrays.copyOf(out, size));
        if (out.length > MOST_KEPT) {
            out = new byte[0];
        }
        return compressed;
    }

    @Override
    public void close() {
        context.close();
    }
}
