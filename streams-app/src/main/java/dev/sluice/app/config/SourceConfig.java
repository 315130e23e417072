package dev.sluice.app.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One topic and the bronze table it lands in.
 *
 * @param subject the registry subject of the topic's values
 * @param piiKey secret of the {@code hash} rule
 * @param maxRecordBytes longer values are dead letters
 */
public record SourceConfig(
        String name,
        String topic,
        String table,
        String dlq,
        String subject,
        List<PiiColumn> pii,
        @Nullable String piiKey,
        List<ColumnCheck> checks,
        int maxRecordBytes) {
    public SourceConfig {
        Require.name("name", name);
        Require.topic("topic", topic);
        Require.table("table", table);
        Require.topic("dlq", dlq);
        Require.between("max-record-bytes", maxRecordBytes, 1 << 10, 256 << 20);
        pii = List.copyOf(pii);
        checks = List.copyOf(checks);
        if (dlq.equals(topic)) {
            throw Require.invalid("dlq", "another topic than the source", dlq);
        }
        boolean hashes = pii.stream().anyMatch(column -> column.rule() == PiiColumn.Rule.HASH);
        if (hashes && (piiKey == null || piiKey.isEmpty())) {
            throw Require.invalid("pii-key", "a secret, because a column is hashed", "none");
        }
    }

    @Override
    public String toString() {
        return "SourceConfig[name=" + name + ", topic=" + topic + ", table=" + table + ", dlq=" + dlq + ", subject="
                + subject + ", pii=" + pii + ", piiKey=" + (piiKey == null ? "none" : Secrets.MASK) + ", checks="
                + checks + ", maxRecordBytes=" + maxRecordBytes + "]";
    }
}
