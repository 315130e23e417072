package dev.sluice.app.config;

/**
 * What runs the SQL.
 *
 * @param type where the models run; queries and maintenance use DuckDB whatever it is
 * @param memory most memory of DuckDB, in bytes
 * @param threads of DuckDB
 */
public record EngineConfig(Type type, long memory, int threads) {
    /** An engine for models. */
    public enum Type {
        /** In the service's own process. */
        DUCKDB,
        /** The cluster of the section {@code trino}. */
        TRINO
    }

    public EngineConfig {
        Require.between("memory", memory, 64L << 20, 1L << 40);
        Require.between("threads", threads, 1, 256);
    }
}
