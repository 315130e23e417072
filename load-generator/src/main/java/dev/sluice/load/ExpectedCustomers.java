package dev.sluice.load;

import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What must come out of a load of customers: the judge, which knows each customer's newest state by construction. */
public final class ExpectedCustomers {
    private final CustomerSpec spec;
    private final CustomerBook book;

    public ExpectedCustomers(CustomerSpec spec) {
        this.spec = spec;
        this.book = new CustomerBook(spec);
    }

    /** Records of the load, each of which is a row in bronze. */
    public long records() {
        return ids().map(id -> book.delivered(id).size()).sum();
    }

    /** Every column but the hash of the address, which needs the secret. */
    public ExpectedTable silverCustomers() {
        return new ExpectedTable(
                "silver.customers",
                List.of("customer_id", "segment", "country", "updated_at"),
                () -> newest().map(change ->
                        new Object[] {change.customerId(), change.segment(), change.country(), change.updatedAtMicros()
                        }));
    }

    /** The newest address of each customer, as the customer wrote it; null where none is known. */
    public ExpectedTable emails() {
        return new ExpectedTable(
                "silver.customers",
                List.of("customer_id", "email"),
                () -> newest().map(change -> new Object[] {change.customerId(), change.email()}));
    }

    private Stream<CustomerChange> newest() {
        return ids().mapToObj(book::history).map(history -> history.get(history.size() - 1));
    }

    private LongStream ids() {
        return LongStream.rangeClosed(1, spec.customers());
    }
}
