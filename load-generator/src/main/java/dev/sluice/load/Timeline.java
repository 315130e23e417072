package dev.sluice.load;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.UUID;

/** Every valid event of a load, once, by event time. Remembers one small entry per order in flight. */
final class Timeline implements Iterator<Happening> {
    private static final long SECOND = 1_000_000L;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final int ORDINARY_LENGTH = 8;

    private final OrderBook book;
    private final Fates fates;
    private final double shareOfV2;
    private final int haste;
    private final PriorityQueue<Step> inFlight = new PriorityQueue<>();
    private int nextOrder;
    private long nextPlacing;

    private record Step(long eventTime, int order, int step) implements Comparable<Step> {
        @Override
        public int compareTo(Step other) {
            int byTime = Long.compare(eventTime, other.eventTime);
            return byTime != 0 ? byTime : Integer.compare(order, other.order);
        }
    }

    Timeline(LoadSpec spec, OrderBook book) {
        this.book = book;
        this.fates = new Fates(spec, book.salt());
        this.shareOfV2 = spec.schemaMix().shareOfV2();
        this.haste = spec.clock().haste();
        this.nextPlacing = book.placedAt(0);
    }

    @Override
    public boolean hasNext() {
        return nextOrder < book.orders() || !inFlight.isEmpty();
    }

    @Override
    public Happening next() {
        Step step = takeStep();
        Order order = book.order(step.order());
        Dice dice = Dice.of(book.salt(), step.order(), step.step());
        OrderEvent event = event(order, step, dice);
        Fate fate = fates.of(order, step.step());
        if (step.step() + 1 < order.lifecycle().length()) {
            long next = step.eventTime() + gap(order, step.step() + 1, fate, dice);
            inFlight.add(new Step(next, step.order(), step.step() + 1));
        }
        return new Happening(step.order(), event, fate);
    }

    private Step takeStep() {
        Step head = inFlight.peek();
        if (nextOrder < book.orders() && (head == null || nextPlacing <= head.eventTime())) {
            Step placing = new Step(nextPlacing, nextOrder++, 0);
            nextPlacing = nextOrder < book.orders() ? book.placedAt(nextOrder) : Long.MAX_VALUE;
            return placing;
        }
        Step step = inFlight.poll();
        if (step == null) {
            throw new NoSuchElementException("The load has no more valid events");
        }
        return step;
    }

    private OrderEvent event(Order order, Step step, Dice dice) {
        UUID eventId = OrderBook.randomUuid(dice);
        SchemaVersion writer = dice.fraction() < shareOfV2 ? SchemaVersion.V2 : SchemaVersion.V1;
        EventType type = order.lifecycle().at(step.step());
        long amountCents = type == EventType.REFUNDED
                ? order.refundedCents(order.lifecycle().refundNumber(step.step()))
                : order.amountCents();
        return new OrderEvent(
                eventId,
                order.id(),
                order.customerId(),
                type,
                step.step() + 1,
                amountCents,
                order.market().currency(),
                order.market().country(),
                order.customerEmail(),
                step.eventTime(),
                order.items(),
                writer,
                writer == SchemaVersion.V1 ? null : order.channel());
    }

    /** Microseconds from an event to the next of its order; at least one. */
    private long gap(Order order, int nextStep, Fate fate, Dice dice) {
        if (fate == Fate.OUT_OF_ORDER) {
            // Events overtake each other when they are close, such as the payment right after the placing.
            return dice.between(SECOND, 10 * SECOND);
        }
        long natural = switch (order.lifecycle().at(nextStep)) {
            case PLACED, PAID -> dice.between(10 * SECOND, 2 * HOUR);
            case SHIPPED -> dice.between(2 * HOUR, 3 * DAY);
            case DELIVERED -> dice.between(6 * HOUR, 5 * DAY);
            case CANCELLED -> dice.between(5 * MINUTE, DAY);
            case REFUNDED -> dice.between(DAY, 10 * DAY);
        };
        // A load with very long lives keeps them within weeks.
        return natural
                        * ORDINARY_LENGTH
                        / Math.max(ORDINARY_LENGTH, order.lifecycle().length())
                        / haste
                + 1;
    }
}
