package dev.sluice.app.kafka;

import java.util.Collection;
import org.apache.kafka.common.Metric;

/** Whether Kafka clients are connected, by their own metrics: they wait for a broker that is away without a word. */
public final class Connections {
    private static final String OPEN = "connection-count";

    private Connections() {}

    /** Whether one of the clients whose metrics these are has a connection open. */
    public static boolean anyOpen(Collection<? extends Metric> metrics) {
        return metrics.stream()
                .filter(metric -> metric.metricName().name().equals(OPEN))
                .map(Metric::metricValue)
                .anyMatch(open -> open instanceof Number count && count.doubleValue() > 0);
    }
}
