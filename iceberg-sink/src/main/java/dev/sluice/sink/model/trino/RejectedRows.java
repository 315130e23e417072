package dev.sluice.sink.model.trino;

import dev.sluice.sink.duck.SqlText;
import dev.sluice.sink.model.Model;
import dev.sluice.sink.model.Pinned;
import dev.sluice.sink.quality.RowAudit;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Brings the rows that tests keep out into their table; a row that is there already is left as it is. */
final class RejectedRows {
    private static final DateTimeFormatter LITERAL = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private RejectedRows() {}

    static void write(TrinoSession session, Pinned pinned, String batch, RowAudit audit) {
        Model model = pinned.model();
        String columns = SqlText.list(model.columns(), column -> SqlText.name(column.name()));
        String text = SqlText.list(
                model.columns(),
                column -> "COALESCE('=' || %s, '')"
                        .formatted(TrinoTypes.text(SqlText.name(column.name()), column.type())));
        String failed = "SELECT %s, %s AS %s FROM %s WHERE %s"
                .formatted(columns, TrinoSql.of(audit.reasons()), RowAudit.REASON, batch, TrinoSql.of(audit.failed()));
        String hashed = "SELECT lower(to_hex(sha256(to_utf8(concat_ws(chr(31), %s, %s))))) AS %s, r.* FROM (%s) r"
                .formatted(RowAudit.REASON, text, RowAudit.ID, failed);
        String once =
                "SELECT * FROM (SELECT h.*, row_number() OVER (PARTITION BY %1$s) AS _sluice_nth FROM (%2$s) h) WHERE _sluice_nth = 1"
                        .formatted(RowAudit.ID, hashed);
        session.change(
                pinned.checks().rejected().get(),
                "MERGE INTO %1$s t USING (%2$s) s ON t.%3$s = s.%3$s WHEN NOT MATCHED THEN INSERT (%3$s, %4$s, %5$s, %6$s) VALUES (s.%3$s, s.%4$s, %7$s, %8$s)"
                        .formatted(
                                SqlText.path(model.rejectedTable()),
                                once,
                                RowAudit.ID,
                                RowAudit.REASON,
                                RowAudit.AT,
                                columns,
                                literal(pinned.checks().now()),
                                SqlText.list(model.columns(), column -> "s." + SqlText.name(column.name()))));
    }

    private static String literal(Instant at) {
        return "TIMESTAMP '%s UTC'".formatted(LITERAL.format(at));
    }
}
