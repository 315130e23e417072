package dev.sluice.load;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Every valid event, once, in the order of delivery: on-time events by event time, out-of-order ones a few records
 * after the next version of their order, late ones thousands of records later (a third of the load at most).
 */
final class Dispatch implements Iterator<Happening> {
    private static final int LONGEST_SWAP = 4;
    private static final long SHORTEST_DELAY = 1_000;
    private static final long LONGEST_DELAY = 20_000;

    private final Timeline timeline;
    private final Dice dice;
    private final long shortestDelay;
    private final long longestDelay;
    private final Map<Integer, Happening> awaitingNextVersion = new HashMap<>();
    private final PriorityQueue<Held> held = new PriorityQueue<>();
    private long delivered;
    private long arrivalMicros = Long.MIN_VALUE;

    private record Held(long due, long tie, Happening happening) implements Comparable<Held> {
        @Override
        public int compareTo(Held other) {
            int byDue = Long.compare(due, other.due);
            return byDue != 0 ? byDue : Long.compare(tie, other.tie);
        }
    }

    Dispatch(LoadSpec spec, OrderBook book) {
        this.timeline = new Timeline(spec, book);
        this.dice = Dice.of(book.salt(), -1, -1);
        this.shortestDelay = Math.max(1, Math.min(SHORTEST_DELAY, spec.validEvents() / 10));
        this.longestDelay = Math.max(shortestDelay + 1, Math.min(LONGEST_DELAY, spec.validEvents() / 3));
    }

    /** The event time that the newest event so far had: what the wall clock would show, in microseconds. */
    long arrivalMicros() {
        return arrivalMicros;
    }

    @Override
    public boolean hasNext() {
        return timeline.hasNext() || !held.isEmpty() || !awaitingNextVersion.isEmpty();
    }

    @Override
    public Happening next() {
        Happening due = takeDue();
        while (due == null) {
            if (!timeline.hasNext()) {
                due = drain();
                break;
            }
            due = pass(timeline.next());
        }
        delivered++;
        return due;
    }

    private @Nullable Happening takeDue() {
        Held head = held.peek();
        if (head == null || head.due() > delivered) {
            return null;
        }
        held.remove();
        return head.happening();
    }

    /** The event itself when it is delivered now; null when it is held back. */
    private @Nullable Happening pass(Happening happening) {
        arrivalMicros = Math.max(arrivalMicros, happening.event().eventTimeMicros());
        Happening earlierVersion = awaitingNextVersion.remove(happening.order());
        if (earlierVersion != null) {
            hold(earlierVersion, delivered + 1 + dice.below(LONGEST_SWAP));
        }
        switch (happening.fate()) {
            case OUT_OF_ORDER -> awaitingNextVersion.put(happening.order(), happening);
            case LATE -> hold(happening, delivered + dice.between(shortestDelay, longestDelay));
            case ON_TIME -> {
                return happening;
            }
        }
        return null;
    }

    private void hold(Happening happening, long due) {
        held.add(new Held(due, dice.roll(), happening));
    }

    private Happening drain() {
        Held head = held.poll();
        if (head == null) {
            throw new NoSuchElementException("The load has no more valid events");
        }
        return head.happening();
    }
}
