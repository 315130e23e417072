package dev.sluice.sink.model.trino;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.quality.AuditSql;
import dev.sluice.sink.trino.TrinoClient;
import dev.sluice.sink.trino.TrinoResult;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** The statements of one attempt at one model. */
final class TrinoSession implements AuditSql, AutoCloseable {
    private final String model;
    private final TrinoClient client;
    private final Runnable closed;

    TrinoSession(String model, TrinoClient client, Runnable closed) {
        this.model = model;
        this.client = client;
        this.closed = closed;
    }

    /** Runs a statement; returns how many rows it changed. */
    long execute(String sql) {
        return run(sql).changed();
    }

    /**
     * Runs a statement that changes a table; returns how many rows it changed.
     *
     * @throws SluiceException COMMIT_CONFLICT when it failed and the table is another one: whether somebody else was
     *     faster or the answer was lost, another attempt sees what is there
     */
    long change(Table table, String sql) {
        Snapshot before = table.currentSnapshot();
        try {
            return execute(sql);
        } catch (SluiceException e) {
            table.refresh();
            if (Objects.equals(before, table.currentSnapshot())) {
                throw e;
            }
            throw new SluiceException(
                    ErrorCode.COMMIT_CONFLICT,
                    "[%s] Cannot change table %s: %s".formatted(model, table.name(), e.getMessage()),
                    e);
        }
    }

    /** The rows of a query. */
    List<List<@Nullable Object>> rows(String sql) {
        return run(sql).rows();
    }

    @Override
    public List<Long> numbers(String sql) {
        return rows(TrinoSql.of(sql)).get(0).stream()
                .map(value -> value instanceof Number number ? number.longValue() : 0L)
                .toList();
    }

    @Override
    public long number(String sql) {
        return numbers(sql).get(0);
    }

    @Override
    public Optional<Double> figure(String sql) {
        return rows(TrinoSql.of(sql)).get(0).get(0) instanceof Number number
                ? Optional.of(number.doubleValue())
                : Optional.empty();
    }

    @Override
    public Optional<Instant> time(String sql) {
        return rows(TrinoSql.of(sql)).get(0).get(0) instanceof OffsetDateTime time
                ? Optional.of(time.toInstant())
                : Optional.empty();
    }

    /** Rows that the statements have read until now, staged ones too. */
    long rowsRead() {
        return client.totals().rows();
    }

    /** What they have read of files, in bytes. */
    long bytesRead() {
        return client.totals().bytes();
    }

    private TrinoResult run(String sql) {
        try {
            return client.run(sql);
        } catch (SluiceException e) {
            if (e.code() != ErrorCode.QUERY_FAILED) {
                throw e;
            }
            throw new SluiceException(
                    ErrorCode.MODEL_FAILED, "[%s] Cannot run the model: %s".formatted(model, e.getMessage()), e);
        }
    }

    @Override
    public void close() {
        closed.run();
        client.close();
    }
}
