package dev.sluice.embedded.ingest;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.LoggerFactory;

/** Listens to every log line at DEBUG while it is open, and keeps those that hold the marker. */
final class LogScan extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private static final List<String> LISTENED = List.of("dev.sluice", "org.apache");

    private final Marker marker;
    private final AtomicLong lines = new AtomicLong();
    private final List<String> found = new CopyOnWriteArrayList<>();

    private LogScan(Marker marker) {
        this.marker = marker;
    }

    static LogScan open(Marker marker) {
        LogScan scan = new LogScan(marker);
        scan.start();
        for (String name : LISTENED) {
            Logger logger = (Logger) LoggerFactory.getLogger(name);
            logger.setLevel(Level.DEBUG);
            logger.setAdditive(false);
            logger.addAppender(scan);
        }
        return scan;
    }

    @Override
    protected void append(ILoggingEvent event) {
        lines.incrementAndGet();
        String line = event.getFormattedMessage() + " " + event.getKeyValuePairs() + " "
                + (event.getThrowableProxy() == null
                        ? ""
                        : event.getThrowableProxy().getMessage());
        if (marker.in(line)) {
            found.add(line);
        }
    }

    long lines() {
        return lines.get();
    }

    List<String> found() {
        return found;
    }

    @Override
    public void close() {
        for (String name : LISTENED) {
            Logger logger = (Logger) LoggerFactory.getLogger(name);
            logger.detachAppender(this);
            logger.setAdditive(true);
            logger.setLevel(name.equals("dev.sluice") ? Level.INFO : null);
        }
        stop();
    }
}
