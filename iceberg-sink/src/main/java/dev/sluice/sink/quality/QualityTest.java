package dev.sluice.sink.quality;

/**
 * A test of a model's table.
 *
 * @param name unique for the model and stable over runs, for example {@code not_null(order_id)}
 */
public record QualityTest(String name, Severity severity, Check check) {
    /** Whether single rows fail it, which are then kept out one by one. */
    public boolean isOfRows() {
        return check instanceof Check.Row;
    }

    /** Whether it runs before every commit. */
    public boolean gates() {
        return !(check instanceof Check.Query query && query.onRequest());
    }
}
