package dev.sluice.embedded.chaos;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** Counts what was done to the pipeline. Used by one thread. */
final class ChaosTally {
    private final Map<Blow, Integer> blows = new EnumMap<>(Blow.class);
    private final Map<String, Integer> points = new TreeMap<>();

    /** What can be done to a pipeline. */
    enum Blow {
        KILLED_AT_RANDOM("killed at a random moment"),
        HALTED_AT_A_POINT("halted at a named point"),
        PAUSED("paused and resumed"),
        LEFT("asked to leave, then joined again"),
        BROKER_RESTARTED("broker stopped and started"),
        CATALOG_RESTARTED("catalog stopped and started"),
        REGISTRY_RESTARTED("registry stopped and started");

        private final String words;

        Blow(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    void add(Blow blow) {
        blows.merge(blow, 1, Integer::sum);
    }

    void halted(String point) {
        add(Blow.HALTED_AT_A_POINT);
        points.merge(point, 1, Integer::sum);
    }

    int of(Blow blow) {
        return blows.getOrDefault(blow, 0);
    }

    int kills() {
        return of(Blow.KILLED_AT_RANDOM) + of(Blow.HALTED_AT_A_POINT);
    }

    /** How often a process was halted at each point, those without a hit left out. */
    Map<String, Integer> points() {
        return Map.copyOf(points);
    }
}
