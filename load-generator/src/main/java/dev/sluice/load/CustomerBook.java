package dev.sluice.load;

import java.util.ArrayList;
import java.util.List;

/** The changes of every customer, each customer computed from its number alone. */
final class CustomerBook {
    private static final int HISTORY_DICE = -11;
    private static final String[] SEGMENTS = {"CONSUMER", "CONSUMER", "CONSUMER", "BUSINESS", "RESELLER"};
    private static final String[] NAMES = {"Ana", "Ben", "Chloé", "Dmitri", "Eva", "Farid", "Grace", "Hiroshi"};

    private final CustomerSpec spec;
    private final long salt;

    CustomerBook(CustomerSpec spec) {
        this.spec = spec;
        this.salt = Dice.of(
                        Dice.mix(spec.seed() + 1),
                        spec.customers(),
                        spec.clock().startMicros())
                .roll();
    }

    int partition(long customerId) {
        return (int) (customerId % spec.partitions());
    }

    /** The changes from the oldest to the newest; no two at the same time. */
    List<CustomerChange> history(long customerId) {
        Dice dice = Dice.of(salt, customerId, HISTORY_DICE);
        String name = NAMES[dice.below(NAMES.length)] + " " + customerId;
        Market market = Market.pick(dice);
        int length = 1 + dice.below(4);
        long time = spec.clock().startMicros() + dice.below(1_000_000);
        List<CustomerChange> changes = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            String email = dice.below(10) == 0 ? null : "customer." + customerId + "." + i + "@example.com";
            String segment = SEGMENTS[dice.below(SEGMENTS.length)];
            changes.add(new CustomerChange(customerId, name, email, segment, market.country(), time));
            time += 1 + dice.between(0, spec.clock().spanMicros() / 4);
        }
        return changes;
    }

    /** The changes as they are delivered: now and then two swapped, or one a second time at the end. */
    List<CustomerChange> delivered(long customerId) {
        Dice dice = Dice.of(salt, customerId, HISTORY_DICE - 1);
        List<CustomerChange> changes = new ArrayList<>(history(customerId));
        if (changes.size() > 1 && dice.below(5) == 0) {
            changes.add(0, changes.remove(changes.size() - 1));
        }
        if (dice.below(10) == 0) {
            changes.add(changes.get(dice.below(changes.size())));
        }
        return changes;
    }
}
