package dev.sluice.sink.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.fault.TablePoint;
import dev.sluice.sink.land.LandedFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrphansTest {
    private static final Duration LIMIT = Duration.ofDays(3);

    @TempDir
    Path folder;

    private BronzeLake lake;

    @BeforeEach
    void land() {
        lake = new BronzeLake(folder);
        lake.commit(0, 0, 10);
        lake.commit(0, 10, 20);
    }

    @AfterEach
    void close() throws Exception {
        lake.close();
    }

    private OrphanPlan plan(Set<String> pending, Duration later) {
        return new Orphans(lake.table(), TableFaults.none())
                .plan(LIMIT, pending, Instant.now().plus(later));
    }

    private static String file(LandedFiles landed) {
        DataFile file = landed.files().get(0);
        return file.location();
    }

    @Test
    void the_file_of_an_aborted_transaction_goes_when_it_is_old_enough_and_nothing_else_does() {
        String aborted = file(lake.land(0, 20, 30));
        assertThat(plan(Set.of(), LIMIT.minusHours(1)).orphans()).isEmpty();
        assertThat(plan(Set.of(), LIMIT.minusHours(1)).young()).isEqualTo(1);

        OrphanPlan plan = plan(Set.of(), LIMIT.plusHours(1));
        assertThat(plan.orphans()).extracting(OrphanPlan.Orphan::location).containsExactly(aborted);
        assertThat(new Orphans(lake.table(), TableFaults.none()).run(plan)).isEqualTo(1);
        assertThat(plan(Set.of(), LIMIT.plusHours(1)).orphans()).isEmpty();
        assertThat(lake.rows()).hasSize(20);
        lake.commit(0, 20, 30);
        assertThat(lake.rows()).hasSize(30);
    }

    @Test
    void a_sweep_that_dies_half_way_is_finished_by_the_next_one() {
        lake.land(0, 20, 30);
        lake.land(0, 20, 30);
        OrphanPlan plan = plan(Set.of(), LIMIT.plusHours(1));
        assertThat(plan.orphans()).hasSize(2);

        Orphans dies = new Orphans(lake.table(), (point, table) -> {
            if (point == TablePoint.ORPHAN_DELETED) {
                throw new IllegalStateException("killed");
            }
        });
        assertThatThrownBy(() -> dies.run(plan)).hasMessage("killed");

        OrphanPlan rest = plan(Set.of(), LIMIT.plusHours(1));
        assertThat(rest.orphans()).containsExactly(plan.orphans().get(1));
        assertThat(new Orphans(lake.table(), TableFaults.none()).run(rest)).isEqualTo(1);
        assertThat(plan(Set.of(), LIMIT.plusHours(1)).orphans()).isEmpty();
        assertThat(lake.rows()).hasSize(20);
    }

    @Test
    void a_file_that_is_announced_and_not_committed_yet_stays_however_old_it_is() {
        LandedFiles announced = lake.land(0, 20, 30);
        // As another tool writes the same place.
        String location = file(announced).replaceFirst("^file:/+", "file:/");
        OrphanPlan plan = plan(Set.of(location), Duration.ofDays(400));
        assertThat(plan.orphans()).isEmpty();
        lake.commit(0, 20, 30, announced);
        assertThat(lake.rows()).hasSize(30);
    }

    @Test
    void files_of_older_snapshots_are_no_orphans() {
        Table table = lake.table();
        lake.commit(0, 20, 30);
        new Compaction(table, lake.rewriter(), TableFaults.none())
                .run(new CompactionPlanner(BronzeLake.TIGHT).plan(lake.table()), () -> true);
        assertThat(lake.files()).hasSize(1);
        assertThat(plan(Set.of(), Duration.ofDays(400)).orphans()).isEmpty();
    }

    @Test
    void a_folder_with_another_table_inside_is_not_swept() throws IOException {
        Path inner = Path.of(URI.create(lake.table().location())).resolve("inner/metadata");
        Files.createDirectories(inner);
        Files.writeString(inner.resolve("00000-x.metadata.json"), "{}");
        assertThatThrownBy(() -> plan(Set.of(), Duration.ofDays(400)))
                .hasMessageContaining("another table lies inside")
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID));
    }

    @Test
    void a_table_that_shares_its_files_is_not_swept() {
        lake.table().updateProperties().set("gc.enabled", "false").commit();
        assertThatThrownBy(() -> plan(Set.of(), Duration.ofDays(400))).hasMessageContaining("gc.enabled");
    }
}
