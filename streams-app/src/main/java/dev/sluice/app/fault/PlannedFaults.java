package dev.sluice.app.fault;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.fault.TablePoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Faults that were written down before the process began. */
final class PlannedFaults implements Faults {
    private static final Pattern FORM = Pattern.compile("([A-Z_]+)(?:@([\\w.-]+))?(?::(\\d+)(?::(halt|stop))?)?");

    private final List<Planned> planned;

    private PlannedFaults(List<Planned> planned) {
        this.planned = List.copyOf(planned);
    }

    private record Planned(String point, @Nullable String table, AtomicLong left, boolean stops) {
        private boolean isDue(String passed, @Nullable String of) {
            boolean hit = passed.equals(point)
                    && (table == null || (of != null && (of.equals(table) || of.endsWith("." + table))));
            return hit && left.decrementAndGet() == 0;
        }

        private void happen() {
            if (!stops) {
                Runtime.getRuntime().halt(HALTED);
            }
            try {
                new ProcessBuilder(
                                "kill",
                                "-STOP",
                                Long.toString(ProcessHandle.current().pid()))
                        .start()
                        .waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static PlannedFaults parse(String text) {
        List<Planned> planned = new ArrayList<>();
        for (String one : text.split(",", -1)) {
            Matcher form = FORM.matcher(one);
            if (!form.matches() || !isPoint(form.group(1))) {
                throw new SluiceException(
                        ErrorCode.CONFIG_INVALID,
                        "Cannot use the system property " + PROPERTY
                                + ": expected <POINT>[@<table>][:<nth>[:halt|stop]] with a point of "
                                + points().toList() + ", found " + one);
            }
            long nth = form.group(3) == null ? 1 : Long.parseLong(form.group(3));
            planned.add(new Planned(form.group(1), form.group(2), new AtomicLong(nth), "stop".equals(form.group(4))));
        }
        return new PlannedFaults(planned);
    }

    private static boolean isPoint(String name) {
        return points().anyMatch(name::equals);
    }

    private static Stream<String> points() {
        return Stream.concat(Arrays.stream(FaultPoint.values()), Arrays.stream(TablePoint.values()))
                .map(Enum::name);
    }

    @Override
    public void pass(FaultPoint point) {
        pass(point.name(), null);
    }

    @Override
    public void pass(TablePoint point, String table) {
        pass(point.name(), table);
    }

    private void pass(String point, @Nullable String table) {
        for (Planned one : planned) {
            if (one.isDue(point, table)) {
                one.happen();
            }
        }
    }
}
