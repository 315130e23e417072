package dev.sluice.embedded.ingest;

import dev.sluice.app.commit.AfterBronze;
import dev.sluice.app.commit.CommitLoop;
import dev.sluice.app.commit.CommitStatus;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.fault.Faults;
import java.time.Clock;
import java.time.Duration;

/** A committer on a thread of its own. */
final class RunningCommits implements AutoCloseable {
    private final CommitLoop loop;
    private final RunningTask task;

    RunningCommits(TestPlatform platform, SluiceConfig config, AfterBronze afterBronze) {
        this.loop = new CommitLoop(config, platform.catalog(), afterBronze, Clock.systemUTC(), Faults.none());
        this.task = new RunningTask("commits-test", loop);
    }

    void awaitRole(CommitStatus.Role role) {
        Await.until("committer to be " + role, Duration.ofSeconds(30), () -> status().role() == role);
    }

    CommitStatus status() {
        return loop.status();
    }

    /** True; throws what the committer failed with, if it has. */
    boolean stillRuns() {
        if (task.ended()) {
            task.outcome();
        }
        return true;
    }

    /** Waits for the end; throws what the committer failed with. */
    void outcome() {
        task.outcome();
    }

    /** Asks the committer to end, and waits; what it failed with is the test's to look at by {@link #outcome()}. */
    @Override
    public void close() {
        loop.close();
        task.awaitEnd();
    }
}
