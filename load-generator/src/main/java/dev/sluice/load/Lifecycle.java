package dev.sluice.load;

/**
 * The events of one order, by step from 0. Short lives end early (only placed, cancelled, paid and refunded); lives
 * longer than the classic four have more parcels, each shipped and delivered, and refunds in parts.
 */
record Lifecycle(int length, boolean cancelled, int shipments, int deliveries, int refunds) {
    private static final int CLASSIC_LENGTH = 4;

    static Lifecycle pick(Dice dice, int length) {
        int choice = dice.below(100);
        return switch (length) {
            case 1 -> new Lifecycle(1, false, 0, 0, 0);
            case 2 -> new Lifecycle(2, choice < 30, 0, 0, 0);
            case 3 -> choice < 70 ? new Lifecycle(3, false, 1, 0, 0) : paidThenEnded(3, choice < 90);
            case CLASSIC_LENGTH -> choice < 80 ? new Lifecycle(4, false, 1, 1, 0) : paidThenEnded(4, true);
            default -> longLife(dice, length, choice);
        };
    }

    private static Lifecycle paidThenEnded(int length, boolean cancelled) {
        return new Lifecycle(length, cancelled, 0, 0, length - 2 - (cancelled ? 1 : 0));
    }

    private static Lifecycle longLife(Dice dice, int length, int choice) {
        int extra = length - CLASSIC_LENGTH;
        int refunds = choice < 50 ? 1 + dice.below(Math.min(extra, 2)) : 0;
        int parcels = extra - refunds;
        int shipments = parcels == 0 ? 0 : dice.below(parcels + 1);
        return new Lifecycle(length, false, 1 + shipments, 1 + parcels - shipments, refunds);
    }

    EventType at(int step) {
        if (step == 0) {
            return EventType.PLACED;
        }
        boolean cancelledUnpaid = cancelled && length == 2;
        if (step == 1) {
            return cancelledUnpaid ? EventType.CANCELLED : EventType.PAID;
        }
        int place = step - 2;
        if (cancelled) {
            return place == 0 ? EventType.CANCELLED : EventType.REFUNDED;
        }
        if (place < shipments) {
            return EventType.SHIPPED;
        }
        return place < shipments + deliveries ? EventType.DELIVERED : EventType.REFUNDED;
    }

    /** Which of the refunds a step is, from 1; 0 when it is none. */
    int refundNumber(int step) {
        return Math.max(0, step - (length - refunds) + 1);
    }
}
