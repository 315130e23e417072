package dev.sluice.sink.model;

import dev.sluice.sink.merge.Fold;
import java.util.Optional;
import org.apache.iceberg.types.Type;

/** A declared column of a model or a source. */
public record ModelColumn(String name, Type type, String description, Fold fold, Optional<Mask> mask) {
    static ModelColumn plain(String name, Type type, String description, Fold fold) {
        return new ModelColumn(name, type, description, fold, Optional.empty());
    }
}
