package dev.sluice.schemas.registry;

import java.util.List;

/**
 * Whether a registry would take a schema as the next version of a subject.
 *
 * @param messages the registry's reasons when it would not, which may be none; empty when it would
 */
public record CompatibilityVerdict(boolean compatible, List<String> messages) {
    public CompatibilityVerdict {
        messages = List.copyOf(messages);
    }
}
