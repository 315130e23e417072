package dev.sluice.load;

import java.util.LinkedHashMap;
import java.util.Map;

/** A load as a JSON object, with the command's options as names. */
final class SpecJson {
    private SpecJson() {}

    static Map<String, Object> of(LoadSpec spec) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("events", spec.events());
        json.put("orders", spec.orders());
        json.put("rate", spec.rate());
        json.put("seed", spec.seed());
        json.put("malformed", spec.faults().malformed().toString());
        json.put("duplicates", spec.faults().duplicates().toString());
        json.put("out_of_order", spec.faults().outOfOrder().toString());
        json.put("late", spec.faults().late().toString());
        json.put("tombstones", spec.faults().tombstones().toString());
        json.put("schema_mix", spec.schemaMix().toString());
        json.put("partitions", spec.partitions());
        json.put("start", spec.clock().start().toString());
        json.put("span", spec.clock().span().toString());
        if (spec.clock().haste() > 1) {
            json.put("haste", spec.clock().haste());
        }
        return json;
    }
}
