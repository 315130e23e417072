package dev.sluice.app.cli;

import dev.sluice.app.replay.DeadLetterState;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A {@link DeadLetterState} by its label. */
final class StateName implements ITypeConverter<DeadLetterState> {
    @Override
    public DeadLetterState convert(String text) {
        return Arrays.stream(DeadLetterState.values())
                .filter(state -> state.label().equalsIgnoreCase(text.trim()))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("expected one of "
                        + Arrays.stream(DeadLetterState.values())
                                .map(DeadLetterState::label)
                                .collect(Collectors.joining(", "))
                        + ", found '" + text + "'"));
    }
}
