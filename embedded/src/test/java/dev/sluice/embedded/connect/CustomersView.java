package dev.sluice.embedded.connect;

import java.util.Map;

/** Where the customers arrive: the topic itself, or a table fed from it. */
interface CustomersView extends AutoCloseable {
    /** The customers by id, as far as they have arrived by now. */
    Map<Long, Customer> customers() throws Exception;

    @Override
    void close();
}
