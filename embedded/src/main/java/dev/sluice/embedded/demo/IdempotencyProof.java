package dev.sluice.embedded.demo;

import dev.sluice.load.LoadSpec;
import dev.sluice.sink.audit.TableDigest;
import dev.sluice.sink.model.Model;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The same load twice, into tables that are merged by key and into one that is appended to blindly. */
final class IdempotencyProof {
    private static final String MERGED = "Merged by key: the tables of the models";
    private static final String BROKEN = "Broken on purpose: the same events appended without a unique key";
    private static final Map<String, String> AMOUNTS = Map.of(
            "silver.orders", "sum(amount_cents)",
            "gold.fct_orders", "sum(net_cents)",
            "gold.revenue_daily", "sum(net_cents)");
    private static final Map<String, String> KEYS = Map.of(
            "silver.orders", "order_id", "gold.fct_orders", "order_id", "gold.revenue_daily", "(order_date, currency)");

    private final ProofPlatform platform;
    private final LoadSpec spec;
    private final DemoProgress progress;

    IdempotencyProof(ProofPlatform platform, LoadSpec spec, DemoProgress progress) {
        this.platform = platform;
        this.spec = spec;
        this.progress = progress;
    }

    Proof run() {
        Proof proof = new Proof("idempotency");
        BlindTable blind = new BlindTable(platform);
        progress.step("Loading %,d events...".formatted(spec.events()));
        platform.load(spec);
        blind.append();
        Map<String, TableDigest> first = state(proof, "first");
        List<@Nullable Object> blindFirst = blind(proof, "first");
        progress.step("Loading the same %,d events again...".formatted(spec.events()));
        platform.load(spec);
        blind.append();
        Map<String, TableDigest> second = state(proof, "second");
        List<@Nullable Object> blindSecond = blind(proof, "second");
        first.forEach((table, digest) -> proof.claimEqual(
                table + ": every row, key and amount is the same after the second load",
                digest.label(),
                Objects.requireNonNull(second.get(table)).label()));
        long duplicates = ((Number) Objects.requireNonNull(blindSecond.get(3))).longValue()
                - ((Number) Objects.requireNonNull(blindFirst.get(3))).longValue();
        proof.claim(
                "without a unique key the second load is there twice",
                duplicates == ((Number) Objects.requireNonNull(blindFirst.get(0))).longValue(),
                "as many duplicates more as the first load had rows: " + blindFirst.get(0),
                duplicates);
        return proof;
    }

    private Map<String, TableDigest> state(Proof proof, String load) {
        Proof.Numbers numbers = proof.table(MERGED, "table", "load", "rows", "distinct keys", "SUM(amount), cents");
        Map<String, TableDigest> digests = new LinkedHashMap<>();
        for (Model model : platform.models().models()) {
            if (!AMOUNTS.containsKey(model.name())) {
                // Another source's model: this load has nothing for it.
                continue;
            }
            List<@Nullable Object> row = platform.query(
                            "SELECT count(*), count(DISTINCT %s), CAST(%s AS BIGINT) FROM %s"
                                    .formatted(
                                            KEYS.getOrDefault(
                                                    model.name(),
                                                    model.uniqueKey().get(0)),
                                            AMOUNTS.get(model.name()),
                                            model.name()))
                    .get(0);
            numbers.row(model.name(), load, row.get(0), row.get(1), row.get(2));
            digests.put(model.name(), platform.digest(model));
        }
        return digests;
    }

    private List<@Nullable Object> blind(Proof proof, String load) {
        Proof.Numbers numbers =
                proof.table(BROKEN, "table", "load", "rows", "distinct events", "SUM(amount), cents", "duplicates");
        List<@Nullable Object> row = platform.query(
                        "SELECT count(*), count(DISTINCT event_id), CAST(sum(amount_cents) AS BIGINT), count(*) - count(DISTINCT event_id) FROM "
                                + BlindTable.NAME)
                .get(0);
        numbers.row(BlindTable.NAME, load, row.get(0), row.get(1), row.get(2), row.get(3));
        return row;
    }
}
