package dev.sluice.app.audit;

import dev.sluice.sink.audit.AuditLine;
import java.time.Duration;
import java.util.List;

/** The verdict on the promises, line by line, and what it cost to find out. */
public record AuditReport(List<AuditLine> lines, Duration elapsed) {
    public AuditReport {
        lines = List.copyOf(lines);
    }

    /** Whether no promise was found broken. */
    public boolean passes() {
        return lines.stream().noneMatch(AuditLine::failed);
    }

    public long failures() {
        return lines.stream().filter(AuditLine::failed).count();
    }

    public long checks() {
        return lines.stream()
                .filter(line -> line.verdict() != AuditLine.Verdict.NOTE)
                .count();
    }
}
