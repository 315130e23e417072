package dev.sluice.embedded.bench;

import java.util.List;
import java.util.Map;

/**
 * Everything that was measured in one run.
 *
 * @param freshness by layer, from the first to the last
 */
record BenchResult(List<Measurement> landing, Map<String, Delays> freshness) {}
