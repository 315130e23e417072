package dev.sluice.embedded.chaos;

import dev.sluice.app.fault.FaultPoint;
import dev.sluice.embedded.chaos.ChaosTally.Blow;
import dev.sluice.sink.fault.TablePoint;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/** Every decision of a chaos run, from one seed. */
final class ChaosDice {
    /** Backfills, replays and {@code maintain orphans} are commands of their own. */
    private static final List<String> OF_COMMANDS = List.of("BACKFILL_", "REPLAY_COMMIT", "ORPHAN_");

    /** No catalog here loses an answer, and the models run in this process. */
    private static final Set<TablePoint> OF_OTHERS = EnumSet.of(TablePoint.OUTCOME_UNKNOWN, TablePoint.MERGED);

    /** The points that an instance comes by. */
    private static final List<String> POINTS = Stream.concat(
                    Arrays.stream(FaultPoint.values()),
                    Arrays.stream(TablePoint.values()).filter(point -> !OF_OTHERS.contains(point)))
            .map(Enum::name)
            .filter(point -> OF_COMMANDS.stream().noneMatch(point::contains))
            .toList();

    private static final int MOST_PASSES = 4;
    private static final int PERCENT = 100;

    private final Random random;

    ChaosDice(long seed) {
        this.random = new Random(seed);
    }

    /** What is done next. Of a hundred blows, 76 kill, 8 pause, 8 make an instance leave, and 8 hit a neighbour. */
    Blow blow() {
        int roll = random.nextInt(PERCENT);
        if (roll < 76) {
            return Blow.KILLED_AT_RANDOM;
        }
        if (roll < 84) {
            return Blow.PAUSED;
        }
        if (roll < 92) {
            return Blow.LEFT;
        }
        if (roll < 96) {
            return Blow.BROKER_RESTARTED;
        }
        return roll < 98 ? Blow.CATALOG_RESTARTED : Blow.REGISTRY_RESTARTED;
    }

    /** For a life that begins: a point and the pass at which it ends, or, half of the time, none. */
    String plan() {
        String point = POINTS.get(random.nextInt(POINTS.size()));
        int pass = 1 + random.nextInt(MOST_PASSES);
        return random.nextBoolean() ? point + ":" + pass : "";
    }

    <T> T oneOf(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    boolean in(int percent) {
        return random.nextInt(PERCENT) < percent;
    }

    Duration upTo(Duration longest) {
        return Duration.ofMillis(random.nextInt((int) longest.toMillis() + 1));
    }

    /** How long a neighbour is away: up to 3 s, and 20 s one time in eight. */
    Duration outage() {
        Duration brief = upTo(Duration.ofSeconds(3));
        return random.nextInt(8) == 0 ? Duration.ofSeconds(20) : brief;
    }
}
