package dev.sluice.app.config;

import dev.sluice.sink.land.BronzeColumns;
import dev.sluice.sink.land.Check;
import dev.sluice.sink.land.LandingSpec;
import dev.sluice.sink.land.PiiRule;
import dev.sluice.sink.land.PiiRules;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One topic and the bronze table it lands in.
 *
 * @param table namespace and name, separated by dots
 * @param dlq the dead-letter topic
 * @param subject the registry subject of the topic's values
 * @param pii what is done to personal data, by column path
 * @param piiKey secret of the rule {@code hash}; empty when nothing is hashed
 * @param maxRecordBytes longer values are dead letters
 * @param dlqTable where dead letters can be queried
 * @param contract the Avro file of the newest schema, relative to the configuration; empty when there is none
 * @param eventId the column that identifies an event, for the audit to count repeated ones; empty when there is none
 */
public record SourceConfig(
        String name,
        String topic,
        String table,
        String dlq,
        String subject,
        Map<String, PiiRule> pii,
        String piiKey,
        List<Check> checks,
        int maxRecordBytes,
        DlqTableConfig dlqTable,
        String contract,
        String eventId) {
    public SourceConfig {
        Require.name("name", name);
        Require.topic("topic", topic);
        Require.table("table", table);
        Require.topic("dlq", dlq);
        Require.between("max-record-bytes", maxRecordBytes, 1 << 10, 256 << 20);
        if (dlq.equals(topic)) {
            throw Require.invalid("dlq", "another topic than the source", dlq);
        }
        Require.table("dlq-table.name", dlqTable.name());
        if (dlqTable.name().equals(table)) {
            throw Require.invalid("dlq-table.name", "another table than the source's", table);
        }
        pii = Collections.unmodifiableMap(new TreeMap<>(pii));
        checks = List.copyOf(checks);
        rules(pii, piiKey);
    }

    /** Whether a rule for personal data covers the record key. */
    public boolean keyIsPersonal() {
        return pii.containsKey(BronzeColumns.KEY);
    }

    /** What the sink is told about landing this source. */
    public LandingSpec landingSpec(long targetFileBytes) {
        return LandingSpec.defaults()
                .withPii(rules(pii, piiKey))
                .withChecks(checks)
                .withTargetFileBytes(targetFileBytes)
                .withMaxValueBytes(maxRecordBytes);
    }

    /** What is done to personal data of this source. */
    public PiiRules piiRules() {
        return rules(pii, piiKey);
    }

    private static PiiRules rules(Map<String, PiiRule> pii, String piiKey) {
        return PiiRules.of(pii, piiKey.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "SourceConfig[name=" + name + ", topic=" + topic + ", table=" + table + ", dlq=" + dlq + ", subject="
                + subject + ", pii=" + pii + ", checks=" + checks + ", maxRecordBytes=" + maxRecordBytes + ", dlqTable="
                + dlqTable + ", eventId=" + eventId + "]";
    }
}
