package dev.sluice.sink.land;

import dev.sluice.schemas.orders.OrderSchemas;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.avro.Schema;

/**
 * Prints how many order events per CPU second one thread lands, decoding and Parquet together; with the argument
 * {@code plain} by the plain way.
 */
final class LandingSpeed {
    private static final int EVENTS = 200_000;

    private LandingSpeed() {}

    public static void main(String[] args) {
        Schema schema = OrderSchemas.v2();
        List<byte[]> values = new ArrayList<>(EVENTS);
        for (int i = 0; i < EVENTS; i++) {
            values.add(BronzeFixture.framed(BronzeFixture.encode(schema, OrderEvents.event(schema, i))));
        }
        DecodePlan plan = DecodePlanFuzzTest.plan(schema, LandingSpec.defaults());
        LandingMemory memory = new LandingMemory(args.length == 0 || !args[0].equals("plain"));
        for (int round = 0; round < 6; round++) {
            BronzeFixture bronze = new BronzeFixture();
            long decodeFrom = cpu();
            for (byte[] value : values) {
                plan.decode(value, 5);
            }
            long decoded = cpu();
            PartitionWriter writer = new PartitionWriter(
                    bronze.tables, bronze.name, LandingSpec.defaults(), () -> BronzeFixture.NOW, memory);
            byte[] key = new byte[36];
            for (int i = 0; i < EVENTS; i++) {
                key[i % 36] = (byte) i;
                writer.land(BronzeFixture.at(i), key, 1, schema, values.get(i), 5);
            }
            LandedFiles landed = writer.finish();
            long written = cpu();
            System.out.printf(
                    Locale.ROOT,
                    "decode only %,.0f rows/CPU-s; land %,.0f rows/CPU-s; %,d bytes%n",
                    EVENTS * 1e9 / (decoded - decodeFrom),
                    EVENTS * 1e9 / (written - decoded),
                    landed.files().stream().mapToLong(f -> f.fileSizeInBytes()).sum());
        }
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
