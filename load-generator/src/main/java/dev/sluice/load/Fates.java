package dev.sluice.load;

/** Decides the fate of every valid event, from the number of its order and its step alone. */
final class Fates {
    private static final long FATE_SALT = 0x5EED_FA7EL;

    private final long salt;
    private final double late;
    private final double outOfOrder;

    Fates(LoadSpec spec, long salt) {
        this.salt = salt ^ FATE_SALT;
        double valid = spec.validEvents();
        this.late = Math.min(1, spec.events() * spec.faults().late().fraction() / valid);
        // The last event of an order has no later version to come after.
        double eligible = Math.max(1, valid - spec.distinctOrders());
        double wanted =
                Math.min(0.25, spec.events() * spec.faults().outOfOrder().fraction() / eligible);
        // Never two in a row, so a draw p counts only with the draw before failing: p(1-p) = wanted.
        this.outOfOrder = (1 - Math.sqrt(1 - 4 * wanted)) / 2;
    }

    Fate of(Order order, int step) {
        if (drawnLate(order, step)) {
            return Fate.LATE;
        }
        boolean swapped = step + 1 < order.lifecycle().length()
                && drawnOutOfOrder(order, step)
                && !drawnOutOfOrder(order, step - 1)
                && !drawnLate(order, step + 1);
        return swapped ? Fate.OUT_OF_ORDER : Fate.ON_TIME;
    }

    private boolean drawnLate(Order order, int step) {
        return draw(order, step, 0) < late;
    }

    private boolean drawnOutOfOrder(Order order, int step) {
        return step >= 0 && draw(order, step, 1) < outOfOrder;
    }

    private double draw(Order order, int step, int which) {
        return Dice.of(salt, order.number(), 2L * step + which).fraction();
    }
}
