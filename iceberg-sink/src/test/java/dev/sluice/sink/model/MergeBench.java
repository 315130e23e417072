package dev.sluice.sink.model;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Measures merges of 100,000 events into a preloaded silver table: half new orders, half updates of random ones. */
final class MergeBench {
    private static final Instant DAY = Instant.parse("2026-03-01T00:00:00Z");
    private static final int BATCH = 100_000;

    private MergeBench() {}

    public static void main(String[] args) throws IOException {
        int preload = Integer.parseInt(args[0]);
        Model silver = ModelSet.load(Lake.MODELS).model("silver.orders").orElseThrow();
        Random random = new Random(42);
        List<String> ids = new ArrayList<>();
        try (Lake lake = Lake.create(Files.createTempDirectory("bench"))) {
            lake.addChannel();
            for (int from = 0; from < preload; from += BATCH) {
                List<OrderEvent> events = new ArrayList<>();
                for (int i = 0; i < BATCH; i++) {
                    ids.add(new UUID(random.nextLong(), random.nextLong()).toString());
                    events.add(event(ids.get(ids.size() - 1), 1, random));
                }
                lake.land(events);
            }
            report("preload", lake, silver);
            for (int batch = 1; batch <= 6; batch++) {
                List<OrderEvent> events = new ArrayList<>();
                for (int i = 0; i < BATCH; i++) {
                    if (i % 2 == 0) {
                        ids.add(new UUID(random.nextLong(), random.nextLong()).toString());
                        events.add(event(ids.get(ids.size() - 1), 1, random));
                    } else {
                        int version = i % 100 == 1 ? 0 : batch + 1;
                        events.add(event(ids.get(random.nextInt(ids.size())), version, random));
                    }
                }
                lake.land(events);
                report("batch " + batch, lake, silver);
            }
        }
    }

    private static OrderEvent event(String id, int version, Random random) {
        return new OrderEvent(
                UUID.randomUUID().toString(),
                id,
                random.nextInt(100_000),
                version == 1 ? "PLACED" : "PAID",
                version,
                random.nextInt(100_000),
                "EUR",
                "DE",
                DAY.plusSeconds(version * 1000L + random.nextInt(900)),
                List.of(1, 2),
                "WEB");
    }

    private static void report(String name, Lake lake, Model model) {
        long cpu = cpuNanos();
        ModelRun run = lake.engine().run(model);
        System.out.printf(
                "%s: wall %d ms, cpu %.2f s, %s, scanned %d rows %d bytes, wrote %d bytes%n",
                name,
                run.elapsedMillis(),
                (cpuNanos() - cpu) / 1e9,
                run.counts(),
                run.rowsScanned(),
                run.bytesScanned(),
                run.bytesWritten());
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
