package dev.sluice.sink.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * All models of a folder, checked, each after everything that it reads or that its {@code relationships} name.
 *
 * @param models in the order in which they run
 * @param sources tables that models read and none makes
 */
public record ModelSet(List<Model> models, List<Source> sources) {
    public ModelSet {
        models = List.copyOf(models);
        sources = List.copyOf(sources);
    }

    /**
     * Reads {@code <folder>/<layer>/<name>.sql} and {@code <folder>/<layer>/schema.yml} and compiles every model
     * against the declared columns of what it reads. Needs no catalog and touches no table.
     *
     * @throws dev.sluice.error.SluiceException MODEL_INVALID with the file, and the line where it can be known
     */
    public static ModelSet load(Path folder) {
        return new ModelLoader(folder).load();
    }

    /** The model of a name such as {@code silver.orders}. */
    public Optional<Model> model(String name) {
        return models.stream().filter(model -> model.name().equals(name)).findFirst();
    }

    /** The table that no model makes and from which, from one driving ref to the next, the model's rows come. */
    public String origin(Model model) {
        String driver = model.driver().name();
        return model(driver).map(this::origin).orElse(driver);
    }
}
