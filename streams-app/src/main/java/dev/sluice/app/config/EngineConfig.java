package dev.sluice.app.config;

/**
 * Limits of the embedded SQL engine.
 *
 * @param memory bytes
 */
public record EngineConfig(long memory, int threads) {
    public EngineConfig {
        Require.between("memory", memory, 64L << 20, 1L << 40);
        Require.between("threads", threads, 1, 256);
    }
}
