package dev.sluice.load;

/**
 * Where orders come from: a country, its currency, how often, and how many minor units its prices have per euro cent.
 */
enum Market {
    DE("EUR", 22, 1),
    FR("EUR", 10, 1),
    NL("EUR", 6, 1),
    US("USD", 24, 1),
    GB("GBP", 14, 1),
    JP("JPY", 8, 150),
    CH("CHF", 5, 1),
    SE("SEK", 5, 11),
    PL("PLN", 4, 4),
    BR("BRL", 2, 6);

    private static final Market[] BY_WEIGHT = byWeight();

    private final String currency;
    private final int weight;
    private final int priceFactor;

    Market(String currency, int weight, int priceFactor) {
        this.currency = currency;
        this.weight = weight;
        this.priceFactor = priceFactor;
    }

    static Market pick(Dice dice) {
        return BY_WEIGHT[dice.below(BY_WEIGHT.length)];
    }

    private static Market[] byWeight() {
        int total = 0;
        for (Market market : values()) {
            total += market.weight;
        }
        Market[] slots = new Market[total];
        int next = 0;
        for (Market market : values()) {
            for (int i = 0; i < market.weight; i++) {
                slots[next++] = market;
            }
        }
        return slots;
    }

    String currency() {
        return currency;
    }

    String country() {
        return name();
    }

    long price(long euroCents) {
        return euroCents * priceFactor;
    }
}
