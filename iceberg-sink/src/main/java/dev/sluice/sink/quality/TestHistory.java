package dev.sluice.sink.quality;

import java.util.List;

/** What earlier runs came to. */
public interface TestHistory {
    TestHistory NONE = new TestHistory() {
        @Override
        public List<Double> values(String model, String test, int runs) {
            return List.of();
        }

        @Override
        public List<Long> rowCounts(String model, int runs) {
            return List.of();
        }
    };

    /** The values of a test in the newest runs that it did not stop, at most as many as asked for. */
    List<Double> values(String model, String test, int runs);

    /** The sizes of a model's table, in rows, after its newest runs, at most as many as asked for. */
    List<Long> rowCounts(String model, int runs);
}
