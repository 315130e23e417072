package dev.sluice.sink.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.fault.TablePoint;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpiryTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path folder;

    private BronzeLake lake;
    private final List<Long> ids = new ArrayList<>();

    @BeforeEach
    void commitTenTimes() {
        lake = new BronzeLake(folder);
        for (int batch = 0; batch < 10; batch++) {
            ids.add(lake.commit(0, batch * 3, batch * 3 + 3).snapshotId());
        }
    }

    @AfterEach
    void close() throws Exception {
        lake.close();
    }

    private static Budget keep(Duration age, int least) {
        return new Budget(1 << 20, 5, 0.1, 50, age, least, Duration.ofDays(3), 64 << 20);
    }

    private ExpiryPlan plan(Budget budget, Hold... holds) {
        return new Expiry(lake.table(), TableFaults.none())
                .plan(budget, List.of(holds), Instant.now().plus(HOUR.multipliedBy(2)));
    }

    private void run(Budget budget, Hold... holds) {
        new Expiry(lake.table(), TableFaults.none()).run(plan(budget, holds));
    }

    private List<Long> left() {
        List<Long> left = new ArrayList<>();
        for (Snapshot snapshot : lake.table().snapshots()) {
            left.add(snapshot.snapshotId());
        }
        return left;
    }

    private int files() {
        return new Orphans(lake.table(), TableFaults.none())
                .plan(Duration.ZERO, Set.of(), Instant.now())
                .listed();
    }

    @Test
    void what_is_young_stays_whatever_the_fewest() {
        assertThat(plan(keep(HOUR.multipliedBy(3), 1)).isEmpty()).isTrue();
    }

    @Test
    void the_fewest_stay_whatever_their_age() {
        run(keep(HOUR, 4));
        assertThat(left()).containsExactlyElementsOf(ids.subList(6, 10));
        assertThat(lake.rows()).hasSize(30);
    }

    @Test
    void nothing_from_the_snapshot_that_a_model_has_consumed_onwards_goes_and_the_plan_says_which_model_it_is() {
        ExpiryPlan plan = plan(keep(HOUR, 2), Hold.from("model a", ids.get(7)), Hold.from("model b", ids.get(3)));
        assertThat(plan.keptFor()).contains("model b");
        assertThat(plan.expired()).containsExactlyElementsOf(ids.subList(0, 3));
        run(keep(HOUR, 2), Hold.from("model b", ids.get(3)));
        assertThat(left()).containsExactlyElementsOf(ids.subList(3, 10));
    }

    @Test
    void who_holds_everything_keeps_everything() {
        ExpiryPlan plan = plan(keep(HOUR, 1), Hold.everything("backfill 7"));
        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan.keptFor()).contains("backfill 7");
    }

    @Test
    void a_hold_on_a_snapshot_that_is_gone_already_holds_nothing() {
        run(keep(HOUR, 2));
        assertThat(plan(keep(HOUR, 1), Hold.from("model", ids.get(0))).expired())
                .hasSize(1);
    }

    @Test
    void a_tag_and_the_head_of_a_branch_stay() {
        lake.table()
                .manageSnapshots()
                .createTag("audited", ids.get(1))
                .createBranch("try", ids.get(2))
                .commit();
        run(keep(HOUR, 1));
        assertThat(left()).containsExactlyInAnyOrder(ids.get(1), ids.get(2), ids.get(9));
    }

    @Test
    void commits_of_others_between_plan_and_expiry_take_nothing_from_what_is_held() {
        Hold hold = Hold.from("model", ids.get(4));
        Expiry expiry = new Expiry(lake.table(), (point, table) -> {
            if (point == TablePoint.EXPIRY_PLANNED) {
                lake.commit(0, 30, 33);
                lake.commit(0, 33, 36);
            }
        });
        expiry.run(expiry.plan(keep(HOUR, 1), List.of(hold), Instant.now().plus(HOUR.multipliedBy(2))));
        assertThat(left()).hasSize(8).containsAll(ids.subList(4, 10));
    }

    @Test
    void a_retention_of_the_branch_that_would_take_what_is_held_is_refused() {
        lake.table()
                .manageSnapshots()
                .setMaxSnapshotAgeMs("main", 1)
                .setMinSnapshotsToKeep("main", 1)
                .commit();
        ExpiryPlan plan = plan(keep(HOUR, 3), Hold.from("model", ids.get(2)));
        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan.keptFor()).hasValueSatisfying(who -> assertThat(who).contains("branch main"));
    }

    @Test
    void files_that_only_expired_snapshots_had_are_deleted_and_those_of_a_killed_expiry_are_orphans() {
        Table table = lake.table();
        new Compaction(table, lake.rewriter(), TableFaults.none())
                .run(new CompactionPlanner(BronzeLake.TIGHT).plan(table), () -> true);
        Expiry killed = new Expiry(lake.table(), (point, name) -> {
            if (point == TablePoint.SNAPSHOTS_EXPIRED) {
                throw new IllegalStateException("killed");
            }
        });
        int before = files();
        assertThatThrownBy(() -> killed.run(
                        killed.plan(keep(HOUR, 1), List.of(), Instant.now().plus(HOUR.multipliedBy(2)))))
                .hasMessage("killed");
        assertThat(left()).hasSize(1);
        assertThat(files()).isGreaterThanOrEqualTo(before);

        Orphans orphans = new Orphans(lake.table(), TableFaults.none());
        OrphanPlan plan = orphans.plan(Duration.ZERO, Set.of(), Instant.now().plusSeconds(5));
        assertThat(plan.orphans())
                .filteredOn(orphan -> orphan.location().contains("/data/"))
                .hasSize(10);
        orphans.run(plan);
        assertThat(lake.rows()).hasSize(30);
        assertThat(lake.files()).hasSize(1);
        assertThat(orphans.plan(Duration.ZERO, Set.of(), Instant.now().plusSeconds(5))
                        .orphans())
                .isEmpty();
    }
}
