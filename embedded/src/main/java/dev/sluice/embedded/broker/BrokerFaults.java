package dev.sluice.embedded.broker;

import java.util.concurrent.atomic.AtomicReference;
import kafka.server.FaultHandlerFactory;
import org.apache.kafka.server.fault.FaultHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a fault of the broker from halting the whole JVM, as a broker in its own process would. */
final class BrokerFaults implements FaultHandlerFactory {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerFaults.class);

    private final AtomicReference<@Nullable RuntimeException> fatal = new AtomicReference<>();

    /** The first fault that a broker in its own process would not have survived. */
    @Nullable
    RuntimeException fatal() {
        return fatal.get();
    }

    @Override
    public FaultHandler build(String name, boolean isFatal, Runnable action) {
        return (message, cause) -> {
            RuntimeException fault = new IllegalStateException(name + ": " + message, cause);
            if (isFatal) {
                fatal.compareAndSet(null, fault);
            }
            LOG.error("The embedded broker has a fault part={} fatal={}", name, isFatal, fault);
            action.run();
            return fault;
        };
    }
}
