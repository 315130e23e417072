package dev.sluice.app.backfill;

/**
 * What a running backfill may take.
 *
 * @param maxRate records read per second, 0 for no limit
 * @param memory of the SQL engine, as DuckDB writes sizes, for example {@code 512MB}
 * @param threads of the SQL engine
 */
public record RunLimits(long maxRate, String memory, int threads) {
    /** No limit of rate, 512 MB, one thread. */
    public static RunLimits defaults() {
        return new RunLimits(0, "512MB", 1);
    }
}
