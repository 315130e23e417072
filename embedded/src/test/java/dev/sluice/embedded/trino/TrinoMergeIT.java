package dev.sluice.embedded.trino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.embedded.Sluice;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.fault.TablePoint;
import dev.sluice.sink.ledger.OffsetRange;
import dev.sluice.sink.ledger.SourcePartition;
import dev.sluice.sink.merge.MergeCounts;
import dev.sluice.sink.merge.Stamp;
import dev.sluice.sink.merge.Tie;
import dev.sluice.sink.model.EngineSettings;
import dev.sluice.sink.model.ModelEngine;
import dev.sluice.sink.model.ModelRun;
import dev.sluice.sink.model.ModelSet;
import dev.sluice.sink.model.Replay;
import dev.sluice.sink.model.trino.TrinoEngine;
import dev.sluice.sink.trino.TrinoClient;
import dev.sluice.sink.trino.TrinoCluster;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.iceberg.Snapshot;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What a run on a cluster promises, whatever comes in between. */
@ExtendWith(SharedTrino.class)
class TrinoMergeIT {
    private static final AtomicInteger NAMES = new AtomicInteger();

    private static TrinoFixture trino;
    private static TrinoClient engineer;

    @TempDir
    private Path work;

    private String name;

    @BeforeAll
    static void start(TrinoFixture shared) {
        trino = shared;
        engineer = trino.as("engineer");
    }

    @BeforeEach
    void nameAfter(TestInfo test) {
        name = test.getTestMethod()
                        .orElseThrow()
                        .getName()
                        .toLowerCase(Locale.ROOT)
                        .substring(0, 12)
                + NAMES.incrementAndGet();
    }

    @Test
    void anOlderEventNeverOverwritesANewerOne() throws IOException {
        SmallModels models = models("", "");
        try (ModelEngine engine = cluster(TableFaults.none())) {
            models.land("a x 2 20", "b x 1 5", "b y 2 6");
            engine.run(models.set());
            assertThat(models.rows("items")).containsExactly("a x 2 20 20", "b y 2 6 5");

            // Older than what is there, but earlier; as new as what is there, and greater, and smaller.
            models.land("a z 1 3", "b y 2 7", "b y 2 4", "b z 2 1", "b x 2 999");
            List<ModelRun> runs = engine.run(models.set());

            assertThat(models.rows("items")).containsExactly("a x 2 20 3", "b z 2 1 1");
            assertThat(runs.get(0).counts()).isEqualTo(new MergeCounts(0, 2, 0, 0, 0));
            assertThat(models.rows("by_kind")).containsExactly("x 1 20", "z 1 1");
            assertThat(runs.get(1).counts().deleted()).isEqualTo(1);
        }
    }

    @Test
    void aTestThatFailsLeavesTheTableOnItsLastGoodSnapshot() throws IOException {
        SmallModels models = models("", "{row_count: {max: 2}}");
        try (ModelEngine engine = cluster(TableFaults.none())) {
            models.land("a x 1 1", "b x 1 2");
            assertThat(engine.run(models.set())).allMatch(ModelRun::succeeded);
            Snapshot good = models.table("items").currentSnapshot();
            models.land("c x 1 3", "a y 2 4", "d x null 5");

            List<ModelRun> runs = engine.run(models.set());

            assertThat(runs).extracting(ModelRun::kind).containsExactly(ModelRun.Kind.REFUSED, ModelRun.Kind.SKIPPED);
            assertThat(models.table("items").currentSnapshot()).isEqualTo(good);
            assertThat(models.rows("items__rejected"))
                    .singleElement()
                    .asString()
                    .contains("d x null 5");

            models.tests("", "{row_count: {max: 3}}");
            assertThat(engine.run(models.set())).allMatch(ModelRun::succeeded);
            assertThat(models.rows("items")).containsExactly("a y 2 4 1", "b x 1 2 2", "c x 1 3 3");
            // Kept out again by the same test: the same row.
            assertThat(models.rows("items__rejected")).hasSize(1);
        }
    }

    @Test
    void aProcessKilledBetweenMergeAndStampIsFinishedByTheNext() throws Exception {
        SmallModels models = models("", "");
        try (ModelEngine engine = cluster(TableFaults.none())) {
            models.land("a x 1 1", "b x 1 2");
            engine.run(models.set());
        }
        Optional<Stamp> before = Stamp.of(models.table("items"));
        models.land("a x 2 3", "c y 1 4");

        assertThat(dies(models.folder())).isEqualTo(TrinoModelProcess.DIED);

        List<String> merged = models.rows("items");
        assertThat(merged).containsExactly("a x 2 3 1", "b x 1 2 2", "c y 1 4 4");
        assertThat(Stamp.of(models.table("items"))).isEqualTo(before);
        assertThat(staged()).isNotEmpty();

        try (ModelEngine engine = cluster(TableFaults.none())) {
            engine.sweep();
            List<ModelRun> runs = engine.run(models.set());

            assertThat(runs.get(0).kind()).isEqualTo(ModelRun.Kind.INCREMENT);
            assertThat(runs.get(0).counts()).isEqualTo(new MergeCounts(0, 0, 2, 0, 0));
            assertThat(models.rows("items")).isEqualTo(merged);
            assertThat(models.rows("by_kind")).containsExactly("x 2 5", "y 1 4");
            assertThat(Stamp.of(models.table("items")).orElseThrow().runId())
                    .isEqualTo(runs.get(0).runId());
            assertThat(engine.run(models.set())).allMatch(run -> run.kind() == ModelRun.Kind.UP_TO_DATE);
        }
        assertThat(staged()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"FILES_WRITTEN", "MERGED"})
    void aRunThatAnotherWriterOvertakesStartsAgain(String point) throws IOException {
        SmallModels models = models("", "");
        models.land("a x 1 1");
        AtomicInteger passes = new AtomicInteger();
        TableFaults overtaken = (passed, table) -> {
            if (passed == TablePoint.valueOf(point) && table.endsWith(".items") && passes.getAndIncrement() == 0) {
                models.land("a x 2 5", "b y 1 2");
                try (ModelEngine other = duck()) {
                    assertThat(other.run(models.items()).kind()).isEqualTo(ModelRun.Kind.INCREMENT);
                }
            }
        };
        try (ModelEngine engine = cluster(overtaken)) {
            ModelRun run = engine.run(models.items());

            // The other one has brought in all there is.
            assertThat(run.kind()).isEqualTo(ModelRun.Kind.UP_TO_DATE);
            assertThat(passes).hasValue(1);
            assertThat(models.rows("items")).containsExactly("a x 2 5 1", "b y 1 2 2");
        }
    }

    /**
     * The first run's MERGE has decided and written its files when the second one decides, merges and stamps. Both
     * bring rows to the same keys, old ones and new ones; before the first snapshot, new ones only.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void twoMergesThatRaceBringEveryRowOnceAndTheNewestWins(boolean intoAnEmptyTable) throws IOException {
        SmallModels models = models("", "");
        try (ModelEngine first = cluster(TableFaults.none());
                ModelEngine second = cluster(TableFaults.none());
                ModelEngine before = duck()) {
            if (!intoAnEmptyTable) {
                models.land("a x 1 1", "still x 1 1");
                before.run(models.items());
            }
            models.land("a x 2 5", "n x 1 1");
            AtomicReference<ModelRun> raced = new AtomicReference<>();
            trino.wayToCatalog().beforeTheNextCommitTo(name + ".items", () -> {
                models.land("a x 3 7", "n x 2 9", "m y 1 2");
                raced.set(second.run(models.items()));
            });

            ModelRun run = first.run(models.items());

            assertThat(raced.get()).as("the second run").isNotNull();
            assertThat(raced.get().kind()).isEqualTo(ModelRun.Kind.INCREMENT);
            // Nothing is left for the first one, whose commit Trino refused.
            assertThat(run.kind()).isEqualTo(ModelRun.Kind.UP_TO_DATE);
            List<String> expected = new ArrayList<>(List.of("m y 1 2 2", "n x 2 9 1"));
            expected.add(intoAnEmptyTable ? "a x 3 7 5" : "a x 3 7 1");
            if (!intoAnEmptyTable) {
                expected.add("still x 1 1 1");
            }
            assertThat(models.rows("items")).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(Stamp.of(models.table("items")).orElseThrow().runId())
                    .isEqualTo(raced.get().runId());
        }
        assertThat(staged()).isEmpty();
    }

    @Test
    void anOlderRunWhoseMergeComesBetweenANewerOnesMergeAndStampIsRefusedAndFindsNothingToDo() throws IOException {
        SmallModels models = models("", "");
        models.land("a x 1 1", "b x 1 1");
        AtomicReference<ModelRun> overtaking = new AtomicReference<>();
        AtomicInteger passes = new AtomicInteger();
        try (ModelEngine first = cluster(TableFaults.none());
                ModelEngine second = cluster((point, table) -> {
                    if (point == TablePoint.MERGED && passes.getAndIncrement() == 0) {
                        overtaking.set(first.run(models.items()));
                    }
                })) {
            models.land("a x 2 5");

            ModelRun run = second.run(models.items());

            // The other one found every row there already, and set the stamp for both.
            assertThat(overtaking.get().kind()).isEqualTo(ModelRun.Kind.INCREMENT);
            assertThat(overtaking.get().counts()).isEqualTo(new MergeCounts(0, 0, 2, 0, 0));
            assertThat(run.kind()).isEqualTo(ModelRun.Kind.UP_TO_DATE);
            assertThat(models.rows("items")).containsExactly("a x 2 5 1", "b x 1 1 1");
            assertThat(Stamp.of(models.table("items")).orElseThrow().runId())
                    .isEqualTo(overtaking.get().runId());
        }
    }

    @Test
    void aRunWhoseChangesCannotBeNamedAnyMoreTakesEverythingAsChanged() throws IOException {
        SmallModels models = models("", "");
        try (ModelEngine engine = cluster(TableFaults.none());
                ModelEngine before = duck()) {
            models.land("a x 1 1", "b x 1 2");
            before.run(models.set());
            long consumed = models.events().currentSnapshot().snapshotId();
            models.land("a x 2 3", "c y 1 4");
            models.events().expireSnapshots().expireSnapshotId(consumed).commit();

            ModelRun run = engine.run(models.items());

            assertThat(run.kind()).isEqualTo(ModelRun.Kind.INCREMENT);
            assertThat(run.rowsIn()).isEqualTo(4);
            assertThat(run.counts()).isEqualTo(new MergeCounts(1, 1, 1, 0, 0));
            assertThat(models.rows("items")).containsExactly("a x 2 3 1", "b x 1 2 2", "c y 1 4 4");
        }
    }

    @Test
    void aMergeThatIsReportedAsFailedThoughItWasCommittedIsFoundOutAndStamped() throws IOException {
        SmallModels models = models("", "");
        try (ModelEngine engine = cluster(TableFaults.none());
                ModelEngine before = duck()) {
            models.land("a x 1 1", "b x 1 2");
            before.run(models.items());
            models.land("a x 2 3", "c y 1 4");
            List<Object> killed = new ArrayList<>();
            trino.wayToCatalog().afterTheNextCommitTo(name + ".items", () -> killed.addAll(kill("MERGE INTO")));

            ModelRun run = engine.run(models.items());

            assertThat(killed).hasSize(1);
            // The first attempt's rows are there; the second one finds them so.
            assertThat(run.counts()).isEqualTo(new MergeCounts(0, 0, 2, 0, 0));
            assertThat(models.rows("items")).containsExactly("a x 2 3 1", "b x 1 2 2", "c y 1 4 4");
            assertThat(engine.run(models.items()).kind()).isEqualTo(ModelRun.Kind.UP_TO_DATE);
        }
    }

    /** The first attempt is overtaken before its MERGE, the second one between MERGE and stamp. */
    @Test
    void whatOthersCommitInTheMiddleOfARunIsKept() throws IOException {
        SmallModels models = models("", "");
        try (ModelEngine quiet = duck()) {
            models.land("a x 1 1", "b x 1 2", "c x 1 3");
            quiet.run(models.set());
            models.land("a x 2 5", "c x 2 6");
            quiet.run(models.set());
        }
        List<TablePoint> reached = new ArrayList<>();
        TableFaults between = (point, table) -> {
            reached.add(point);
            if (reached.equals(List.of(TablePoint.FILES_WRITTEN))) {
                engineer.run("ALTER TABLE %s.items EXECUTE optimize".formatted(name));
            } else if (point == TablePoint.MERGED) {
                engineer.run("ALTER TABLE %s.items EXECUTE optimize".formatted(name));
                engineer.run("UPDATE %s.items SET amount = 77 WHERE id = 'b'".formatted(name));
            }
        };
        models.land("a y 3 9", "d y 1 4");
        try (ModelEngine engine = cluster(between);
                ModelEngine quiet = duck()) {
            ModelRun run = engine.run(models.items());

            assertThat(reached)
                    .startsWith(TablePoint.FILES_WRITTEN, TablePoint.FILES_WRITTEN, TablePoint.MERGED)
                    .containsOnlyOnce(TablePoint.MERGED);
            assertThat(run.counts()).isEqualTo(new MergeCounts(1, 1, 0, 0, 0));
            assertThat(models.rows("items")).containsExactly("a y 3 9 1", "b x 1 77 2", "c x 2 6 3", "d y 1 4 4");
            quiet.run(models.set());
            assertThat(models.rows("by_kind")).containsExactly("x 2 83", "y 2 13");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ", format_version: 2", ", format_version: 3, partition_by: [kind]"})
    void theEnginesTakeTurnsOnATable(String config) throws IOException {
        SmallModels models = models(config, "");
        try (ModelEngine cluster = cluster(TableFaults.none());
                ModelEngine duck = duck()) {
            List<String> expected = new ArrayList<>();
            for (int round = 1; round <= 4; round++) {
                models.land("a k%1$d %1$d %1$d".formatted(round), "n%1$d k0 1 %1$d".formatted(round), "b x 1 9");
                List<ModelRun> runs = (round % 2 == 0 ? cluster : duck).run(models.set());
                assertThat(runs).allMatch(run -> run.kind() != ModelRun.Kind.UP_TO_DATE && run.succeeded());
                expected.add("n%1$d k0 1 %1$d %1$d".formatted(round));
                List<String> all = new ArrayList<>(expected);
                all.add("a k%1$d %1$d %1$d 1".formatted(round));
                all.add("b x 1 9 9");
                assertThat(models.rows("items")).containsExactlyInAnyOrderElementsOf(all);
                assertThat(models.rows("by_kind"))
                        .containsExactlyInAnyOrder(
                                "k0 %d %d".formatted(round, round * (round + 1) / 2),
                                "k%1$d 1 %1$d".formatted(round),
                                "x 1 9");
            }
        }
    }

    @Test
    void aReplayShowsRowsAgainAndLeavesTheStampsUpstream() throws IOException {
        SmallModels models = models("", "");
        try (ModelEngine engine = cluster(TableFaults.none())) {
            models.land("a x 1 1", "b x 1 2");
            engine.run(models.set());
            Optional<Stamp> before = Stamp.of(models.table("items"));
            engineer.run("UPDATE %s.items SET amount = 77 WHERE TRUE".formatted(name));
            models.land("a x 1 1");

            ModelRun run = engine.replay(
                    models.items(),
                    new Replay(
                            List.of(new OffsetRange(new SourcePartition("cluster", "topic", "events", 0), 0, 1)),
                            Tie.INCOMING));

            assertThat(run.kind()).isEqualTo(ModelRun.Kind.REPLAY);
            assertThat(run.counts()).isEqualTo(new MergeCounts(0, 1, 0, 0, 0));
            assertThat(models.rows("items")).containsExactly("a x 1 1 1", "b x 1 77 2");
            assertThat(Stamp.of(models.table("items")).orElseThrow().upstream())
                    .isEqualTo(before.orElseThrow().upstream());
        }
    }

    /** Nested, exact and binary values, and columns that the source does not have, or has in another type. */
    @Test
    void everyTypeComesThroughAsInDuckDb() throws IOException {
        Path folder = work.resolve("types");
        TypedModel.write(folder, name);
        TypedModel.land(trino.catalog(), name);
        ModelSet set = ModelSet.load(folder);
        try (ModelEngine cluster = cluster(TableFaults.none());
                ModelEngine duck = duck()) {
            assertThat(cluster.run(set)).allMatch(run -> run.rowsIn() == 3);
            List<String> made = TypedModel.rows(trino.catalog(), name);

            duck.rebuild(set.models().get(0));

            assertThat(made).hasSize(2).isEqualTo(TypedModel.rows(trino.catalog(), name));
        }
    }

    @Test
    void anEngineThatIsClosedInTheMiddleOfARunLeavesTheRestToTheNext() throws IOException {
        SmallModels models = models("", "");
        models.land("a x 1 1");
        AtomicReference<ModelEngine> closing = new AtomicReference<>();
        ModelEngine engine = cluster((point, table) -> {
            if (point == TablePoint.FILES_WRITTEN) {
                closing.get().close();
            }
        });
        closing.set(engine);

        assertThat(engine.run(models.set())).isEmpty();
        assertThat(models.rows("items")).isEmpty();

        try (ModelEngine next = cluster(TableFaults.none())) {
            next.sweep();
            assertThat(next.run(models.set())).allMatch(ModelRun::succeeded);
            assertThat(models.rows("items")).containsExactly("a x 1 1 1");
        }
        assertThat(staged()).isEmpty();
    }

    @Test
    void closingAClientEndsTheQueryThatItRuns() throws Exception {
        TrinoClient client = TrinoClient.connect(TrinoCluster.of(trino.server().jdbcUrl(), "engineer"));
        String endless =
                "SELECT count(*) AS %s FROM UNNEST(sequence(1, 10000)) CROSS JOIN UNNEST(sequence(1, 10000)) CROSS JOIN UNNEST(sequence(1, 10000))"
                        .formatted(name);
        CompletableFuture<Void> running = CompletableFuture.runAsync(() -> client.run(endless));
        String state =
                "SELECT state FROM system.runtime.queries WHERE query LIKE 'SELECT count(*) AS %s%%'".formatted(name);
        while (!engineer.run(state).first().contains("RUNNING")) {
            assertThat(running).isNotDone();
        }

        client.close();

        assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> running.get(30, TimeUnit.SECONDS));
        while (!engineer.run(state).first().contains("FAILED")) {
            assertThat(running).isDone();
        }
    }

    @Test
    void theCommandLineRunsAndTestsModelsOnTheClusterOfItsConfiguration() throws IOException {
        SmallModels models = models("", "{row_count: {max: 2}}");
        models.land("a x 1 1", "b x 1 2");
        StringBuilder properties = new StringBuilder();
        trino.catalogProperties()
                .forEach((key, value) -> properties.append("    \"%s\": \"%s\"%n".formatted(key, value)));
        Path config = Files.writeString(
                work.resolve("sluice.yaml"), """
                kafka: {bootstrap.servers: "localhost:1"}
                sources: [{name: orders}]
                engine: {type: trino}
                trino: {url: "%s", user: engineer}
                models: %s
                catalog:
                  name: sluice
                  properties:
                %s""".formatted(trino.server().jdbcUrl(), models.folder(), properties));

        assertThat(sluice("model", "run", "--config=" + config)).contains("increment");
        assertThat(sluice("model", "run", "--config=" + config))
                .contains("up_to_date")
                .doesNotContain("increment");
        assertThat(sluice("model", "test", "--config=" + config)).contains("row_count");

        assertThat(models.rows("items")).containsExactly("a x 1 1 1", "b x 1 2 2");
        assertThat(models.table("items").currentSnapshot().summary()).containsKey("sluice.merged");
        assertThat(engineer.run("SELECT rows_in FROM ops.model_runs WHERE model = '%s.items' AND kind = 'increment'"
                                .formatted(name))
                        .first())
                .containsExactly(2L);
    }

    private String sluice(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commands = Sluice.commandLine(false);
        commands.setOut(new PrintWriter(out, true));
        commands.setErr(new PrintWriter(err, true));
        int exitCode = commands.execute(arguments);
        assertThat(exitCode).as("%s%n%s", out, err).isZero();
        return out.toString().toLowerCase(Locale.ROOT);
    }

    private SmallModels models(String config, String tests) throws IOException {
        return SmallModels.create(trino.catalog(), name, work.resolve("models"), config, tests);
    }

    private ModelEngine cluster(TableFaults faults) {
        TrinoEngine engine = new TrinoEngine(
                TrinoCluster.of(trino.server().jdbcUrl(), "engineer"),
                work.resolve("trino"),
                Clock.systemUTC(),
                faults);
        return new ModelEngine(trino.catalog(), engine, 3, Clock.systemUTC(), faults);
    }

    private ModelEngine duck() {
        return new ModelEngine(
                trino.catalog(), new EngineSettings(work.resolve("duck"), "256MB", 1, 3), Clock.systemUTC());
    }

    private int dies(Path modelFolder) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                TrinoModelProcess.class.getName(),
                trino.server().jdbcUrl(),
                work.resolve("trino").toString(),
                modelFolder.toString()));
        trino.catalogProperties().forEach((key, value) -> command.add(key + "=" + value));
        Path log = work.resolve("died.log");
        int exitCode = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        System.out.println(Files.readString(log));
        return exitCode;
    }

    /** Ends the test's statements that begin with these words; returns their ids. */
    private List<Object> kill(String words) {
        List<Object> ids = engineer.run(
                        "SELECT query_id FROM system.runtime.queries WHERE query LIKE '%s%%%s%%' AND state NOT IN ('FINISHED', 'FAILED')"
                                .formatted(words, name))
                .first();
        ids.forEach(id -> engineer.run("CALL system.runtime.kill_query('%s', 'by the test')".formatted(id)));
        return ids;
    }

    private List<Object> staged() {
        return engineer.run("SELECT table_name FROM information_schema.tables WHERE table_schema = 'sluice_staging'")
                .first();
    }
}
