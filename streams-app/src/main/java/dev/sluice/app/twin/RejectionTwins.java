package dev.sluice.app.twin;

import dev.sluice.app.commit.BronzeRound;
import dev.sluice.app.config.DlqTableConfig;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.sink.deadletter.DeadLetterTarget;
import dev.sluice.sink.deadletter.RejectionFollower;
import dev.sluice.sink.model.ModelSet;
import java.util.List;
import java.util.function.Supplier;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Brings the rows that models rejected into the dead-letter tables of a pipeline, as a step of the commit rounds. It
 * asks the tables in every round, since backfills and people run models too.
 */
public final class RejectionTwins {
    private final List<DeadLetterTarget> targets;
    private final RejectionFollower follower;
    private final Supplier<ModelSet> models;

    /** @param models asked in every round, since the analysts change them */
    public RejectionTwins(SluiceConfig config, RejectionFollower follower, Supplier<ModelSet> models) {
        this.targets = config.sources().stream()
                .map(source -> new DeadLetterTarget(
                        source.table(),
                        TableIdentifier.parse(source.dlqTable().name()),
                        source.dlqTable().value() == DlqTableConfig.Value.KEEP,
                        !source.keyIsPersonal()))
                .toList();
        this.follower = follower;
        this.models = models;
    }

    /**
     * Appends what the models rejected since the last round, as long as the leadership lasts.
     *
     * @throws dev.sluice.error.SluiceException as {@link RejectionFollower#follow}
     */
    public void land(BronzeRound round) {
        ModelSet current = models.get();
        for (DeadLetterTarget target : targets) {
            if (round.leadership().isHeld()) {
                follower.follow(target, current);
            }
        }
    }
}
