package dev.sluice.app.status;

import java.util.List;

/** The state of a whole pipeline at one moment. */
public record PipelineStatus(List<SourceStatus> sources, List<ModelStatus> models) {
    public PipelineStatus {
        sources = List.copyOf(sources);
        models = List.copyOf(models);
    }

    /** Whether every record of every topic is in every table that it belongs in. */
    public boolean caughtUp() {
        return sources.stream().allMatch(source -> source.lag() == 0)
                && models.stream().allMatch(ModelStatus::upToDate);
    }
}
