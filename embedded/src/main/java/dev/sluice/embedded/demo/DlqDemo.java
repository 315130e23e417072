package dev.sluice.embedded.demo;

import dev.sluice.app.audit.AuditReport;
import dev.sluice.app.audit.PipelineAudit;
import dev.sluice.app.cli.DlqTally;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.SourceConfig;
import dev.sluice.app.dlq.DeadLetterView;
import dev.sluice.app.fault.FaultPoint;
import dev.sluice.app.fault.Faults;
import dev.sluice.app.kafka.Cluster;
import dev.sluice.app.replay.DeadLetterReplay;
import dev.sluice.app.replay.DeadLetterState;
import dev.sluice.app.replay.MergePatch;
import dev.sluice.app.replay.ReplayChoice;
import dev.sluice.app.replay.ReplayReport;
import dev.sluice.app.replay.SourceLetters;
import dev.sluice.app.replay.ValueChange;
import dev.sluice.app.service.Catalogs;
import dev.sluice.app.status.StatusReader;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.schemas.orders.OrderSchemas;
import dev.sluice.schemas.registry.SchemaRegistry;
import dev.sluice.sink.audit.AuditLine;
import dev.sluice.sink.audit.TableRows;
import dev.sluice.sink.model.ModelSet;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/** Break, watch, fix, replay, and audit to zero open dead letters. */
final class DlqDemo {
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String PROMISE = "Every broken order came back once";

    private final SluiceConfig config;
    private final SourceConfig source;
    private final int whole;
    private final int broken;
    private final PrintWriter say;
    private final Clock clock;

    /**
     * @param whole orders that are well from the start
     * @param broken orders of each of four kinds that are not
     */
    DlqDemo(SluiceConfig config, int whole, int broken, PrintWriter say, Clock clock) {
        this.config = config;
        this.source = config.sources().get(0);
        this.whole = whole;
        this.broken = broken;
        this.say = say;
        this.clock = clock;
    }

    DlqDemoResult run() {
        Instant start = clock.instant();
        ModelSet models = ModelSet.load(config.models());
        try (Cluster cluster = Cluster.open(config.kafka());
                Catalogs catalogs = Catalogs.open(config.catalog());
                SchemaRegistry registry = SchemaRegistry.from(config.registry())) {
            PlatformSession.createTopic(cluster, source);
            int v1 = registry.register(source.subject(), OrderSchemas.v1());
            try (RunningPipeline service = RunningPipeline.start(config, clock);
                    BrokenOrders orders = new BrokenOrders(config.kafka(), source.topic(), v1)) {
                StatusReader status = new StatusReader(config, catalogs.catalog(), models, cluster);
                step("1 Break: %,d whole orders, and %,d of each of four broken kinds".formatted(whole, broken));
                orders.whole(whole);
                orders.ofUnregisteredSchema(broken, v1 + 1);
                orders.withNegativeAmount(broken);
                orders.asJson(broken);
                orders.withTrailingBytes(broken);

                step("2 Watch: ./sluice dlq stats");
                await(
                        service,
                        () -> tally().all() == 4L * broken && status.read().caughtUp());
                tally().print(source.dlq(), say);

                step("3 Replay too early: the negative amounts go back as they are, and die again");
                report(replay(only("RULE_BROKEN"), ValueChange.none()));
                await(service, () -> tally().of(DeadLetterState.DEAD_AGAIN) == broken);
                tally().print(source.dlq(), say);
                step("  and the loop guard, set to one replay, holds the new ones back");
                report(replay(only("RULE_BROKEN").withMaxReplays(1), ValueChange.none()));

                step("4 Fix: the producer's schema is registered; a replay is cut off before its commit");
                int v2 = registry.register(source.subject(), OrderSchemas.v2());
                if (v2 != v1 + 1) {
                    throw new SluiceException(
                            ErrorCode.PIECE_FAILED,
                            "Cannot go on: the registry gave schema 2 another id, expected " + (v1 + 1) + ", found "
                                    + v2);
                }
                cutOff();
                step("  run again, it goes on; run once more, nothing is left to do");
                report(replay(only("UNKNOWN_SCHEMA_ID"), ValueChange.none()));
                report(replay(only("UNKNOWN_SCHEMA_ID"), ValueChange.none()));

                step("5 Replay through patches: amounts corrected, JSON encoded, trailing bytes cut");
                report(replay(only("RULE_BROKEN"), patch("{\"amount_cents\": 1999}", null, registry)));
                report(replay(only("NO_FRAMING"), patch("{\"amount_cents\": 1999, \"items\": []}", v1, registry)));
                report(replay(only("TRAILING_BYTES"), patch("{}", null, registry)));
                await(
                        service,
                        () -> tally().of(DeadLetterState.CLOSED) == 4L * broken
                                && status.read().caughtUp());
                await(
                        service,
                        () -> twin(catalogs).values().stream()
                                        .mapToLong(Long::longValue)
                                        .sum()
                                == 5L * broken);

                step("6 Audit: nothing open, every order once");
                DlqTally tally = tally();
                tally.print(source.dlq(), say);
                say.println("  " + source.dlqTable().name() + " by reason: " + twin(catalogs));
                AuditReport audit = new PipelineAudit(config, catalogs.catalog(), () -> proof(catalogs), clock)
                        .run(List.of(source));
                return new DlqDemoResult(
                        whole + 4L * broken,
                        4L * broken,
                        tally.all(),
                        tally.of(DeadLetterState.OPEN),
                        tally.of(DeadLetterState.CLOSED),
                        tally.of(DeadLetterState.DEAD_AGAIN),
                        audit,
                        Duration.between(start, clock.instant()));
            }
        }
    }

    private void step(String text) {
        if (!text.startsWith(" ")) {
            say.println();
        }
        say.println(text);
        say.flush();
    }

    private void report(ReplayReport report) {
        say.printf(
                "  %,d chosen, %,d put back, %,d were put back before, %,d held by the loop guard, %,d refused%n",
                report.chosen(), report.putBack(), report.already(), report.guarded(), report.refused());
        say.flush();
    }

    private DlqTally tally() {
        DlqTally tally = new DlqTally(DlqTally.Period.ALL);
        SourceLetters.open(config, source, clock).read(tally::add);
        return tally;
    }

    private static ReplayChoice only(String reason) {
        Predicate<DeadLetterView> filter = letter -> letter.reason().equals(reason);
        return ReplayChoice.of(filter);
    }

    private static ValueChange patch(String document, @Nullable Integer encodeWith, SchemaRegistry registry) {
        return new MergePatch(MergePatch.parse(document), encodeWith, null, registry);
    }

    private ReplayReport replay(ReplayChoice choice, ValueChange change) {
        return new DeadLetterReplay(config, source, change, Faults.none(), clock).execute(choice);
    }

    private void cutOff() {
        SluiceException cut = new SluiceException(ErrorCode.KAFKA_UNAVAILABLE, "cut off by the demo");
        Faults faults = point -> {
            if (point == FaultPoint.BEFORE_REPLAY_COMMIT) {
                throw cut;
            }
        };
        try {
            new DeadLetterReplay(config, source, ValueChange.none(), faults, clock).execute(only("UNKNOWN_SCHEMA_ID"));
        } catch (SluiceException e) {
            if (e != cut) {
                throw e;
            }
        }
        say.printf("  sent, not committed: %,d of them are open%n", tally().of(DeadLetterState.OPEN));
    }

    private void await(RunningPipeline service, BooleanSupplier condition) {
        Instant deadline = clock.instant().plus(PATIENCE);
        while (!condition.getAsBoolean()) {
            service.check();
            if (clock.instant().isAfter(deadline)) {
                throw new SluiceException(
                        ErrorCode.BUG,
                        "Cannot finish the demo: the tables did not come as far as expected within %d min; dead letters are %s"
                                .formatted(PATIENCE.toMinutes(), tally().json()));
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    /** Rows of the dead-letter table by reason. */
    private Map<String, Long> twin(Catalogs catalogs) {
        Map<String, Long> reasons = new TreeMap<>();
        rows(catalogs, source.dlqTable().name(), List.of("reason"))
                .forEach(row -> reasons.merge(String.valueOf(row.get(0)), 1L, Long::sum));
        return reasons;
    }

    private List<AuditLine> proof(Catalogs catalogs) {
        long orders = whole + 4L * broken;
        List<List<@Nullable Object>> bronze = rows(catalogs, source.table(), List.of("event_id"));
        Set<Object> events = new HashSet<>(bronze);
        return List.of(
                AuditLine.equal(
                        PROMISE, source.table(), "orders sent = rows", orders, bronze.size(), "too few or too many"),
                AuditLine.equal(
                        PROMISE, source.table(), "orders sent = distinct events", orders, events.size(), "one twice"),
                AuditLine.equal(
                        PROMISE,
                        "silver.orders",
                        "orders sent = rows",
                        orders,
                        rows(catalogs, "silver.orders", List.of("order_id")).size(),
                        "too few or too many"));
    }

    private static List<List<@Nullable Object>> rows(Catalogs catalogs, String name, List<String> columns) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        TableIdentifier identifier = TableIdentifier.parse(name);
        if (!catalogs.catalog().tableExists(identifier)) {
            return rows;
        }
        Table table = catalogs.catalog().loadTable(identifier);
        if (table.currentSnapshot() != null) {
            new TableRows(table, columns).forEach(table.currentSnapshot().snapshotId(), rows::add);
        }
        return rows;
    }
}
