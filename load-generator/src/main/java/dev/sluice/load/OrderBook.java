package dev.sluice.load;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Every order of a load, each computed from its number alone, so that nothing needs to be remembered of the orders in
 * flight. The lengths of all lives add up to the load's valid events exactly.
 */
final class OrderBook {
    private static final int ORDER_DICE = -1;
    private static final int LENGTH_DICE = -2;
    private static final int PLACING_DICE = -3;
    private static final int CUSTOMER_DICE = -4;
    private static final int ORDERS_PER_CUSTOMER = 3;
    private static final String[] NAMES = {
        "ana", "ben", "chloé", "dmitri", "eva", "farid", "grace", "hiroshi", "ines", "jürgen", "kofi", "lena"
    };
    private static final String[] GOODS = {
        "BOOK", "LAMP", "MUG", "DESK", "CHAIR", "PEN", "RUG", "CLOCK", "SHELF", "PLANT", "RADIO", "KETTLE"
    };
    private static final String[] CHANNELS = {"WEB", "WEB", "WEB", "APP", "APP", "STORE"};

    private final long salt;
    private final long validEvents;
    private final int orders;
    private final int customers;
    private final long startMicros;
    private final long spanMicros;

    OrderBook(LoadSpec spec) {
        this.salt = salt(spec);
        this.validEvents = spec.validEvents();
        this.orders = spec.distinctOrders();
        this.customers = Math.max(1, orders / ORDERS_PER_CUSTOMER);
        this.startMicros = spec.clock().startMicros();
        this.spanMicros = spec.clock().spanMicros();
    }

    /**
     * Loads that differ in anything but rate and partitions share no order: their events would contradict each other
     * under the same order id and version.
     */
    private static long salt(LoadSpec spec) {
        Faults faults = spec.faults();
        long[] parts = {
            spec.events(),
            spec.orders(),
            Double.doubleToLongBits(faults.malformed().fraction()),
            Double.doubleToLongBits(faults.duplicates().fraction()),
            Double.doubleToLongBits(faults.outOfOrder().fraction()),
            Double.doubleToLongBits(faults.late().fraction()),
            Double.doubleToLongBits(faults.tombstones().fraction()),
            spec.schemaMix().v1(),
            spec.schemaMix().v2(),
            spec.clock().startMicros(),
            spec.clock().spanMicros()
        };
        long salt = Dice.mix(spec.seed() + 1);
        for (long part : parts) {
            salt = Dice.of(salt, part, 0).roll();
        }
        return salt;
    }

    /** Seeds every other choice of the load. */
    long salt() {
        return salt;
    }

    int orders() {
        return orders;
    }

    /** When an order is placed, in microseconds since the epoch; never earlier than the order before it. */
    long placedAt(int number) {
        double place = (number + Dice.of(salt, number, PLACING_DICE).fraction()) / orders;
        return startMicros + (long) (place * spanMicros);
    }

    Order order(int number) {
        Dice dice = Dice.of(salt, number, ORDER_DICE);
        UUID id = randomUuid(dice);
        // The smaller of two draws: some customers order often, most rarely.
        long customerId = 1L + Math.min(dice.below(customers), dice.below(customers));
        Market market = Market.pick(dice);
        String channel = dice.below(20) == 0 ? null : CHANNELS[dice.below(CHANNELS.length)];
        int refundPercent = dice.below(2) == 0 ? 100 : 10 + dice.below(90);
        Lifecycle lifecycle = Lifecycle.pick(dice, length(number));
        int lines = 1 + dice.below(5);
        List<OrderItem> items = new ArrayList<>(lines);
        long amountCents = 0;
        for (int line = 0; line < lines; line++) {
            OrderItem item = item(dice, market);
            items.add(item);
            amountCents += item.quantity() * item.unitPriceCents();
        }
        return new Order(
                number,
                id,
                customerId,
                email(customerId),
                market,
                channel,
                items,
                amountCents,
                refundPercent,
                lifecycle);
    }

    private static OrderItem item(Dice dice, Market market) {
        String sku = GOODS[dice.below(GOODS.length)] + "-" + (1_000 + dice.below(9_000));
        return new OrderItem(sku, 1 + dice.below(3), market.price(199 + dice.below(14_800)));
    }

    private @Nullable String email(long customerId) {
        Dice dice = Dice.of(salt, customerId, CUSTOMER_DICE);
        return dice.below(10) == 0 ? null : NAMES[dice.below(NAMES.length)] + "." + customerId + "@example.com";
    }

    static UUID randomUuid(Dice dice) {
        long high = (dice.roll() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x4000L;
        long low = (dice.roll() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    /** An even share of the events, spread by up to three steps: what one order of a pair gains, the other loses. */
    private int length(int number) {
        long share = share(number);
        int pair = number / 2;
        if (pair * 2 + 1 >= orders) {
            return (int) share;
        }
        Dice dice = Dice.of(salt, pair, LENGTH_DICE);
        int most = (int) Math.min(3, validEvents / orders - 1);
        int gained = dice.below(4);
        int lost = dice.below(4);
        int spread = Math.max(-most, Math.min(most, gained - lost));
        return (int) (number % 2 == 0 ? share + spread : share - spread);
    }

    private long share(int number) {
        return validEvents * (number + 1) / orders - validEvents * number / orders;
    }
}
