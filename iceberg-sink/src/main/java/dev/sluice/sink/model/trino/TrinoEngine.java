package dev.sluice.sink.model.trino;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.sink.fault.TableFaults;
import dev.sluice.sink.model.Attempt;
import dev.sluice.sink.model.Pinned;
import dev.sluice.sink.model.SqlEngine;
import dev.sluice.sink.trino.TrinoClient;
import dev.sluice.sink.trino.TrinoCluster;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Runs models on a Trino cluster whose catalog is the one that holds the tables. */
public final class TrinoEngine implements SqlEngine {
    private final TrinoCluster cluster;
    private final StagedNames names;
    private final TableFaults faults;
    private final Set<TrinoClient> running = ConcurrentHashMap.newKeySet();
    private boolean alone;
    private boolean prepared;
    private volatile boolean closed;

    /** @param workFolder remembers whose the staged tables are */
    public TrinoEngine(TrinoCluster cluster, Path workFolder, InstantSource clock, TableFaults faults) {
        this.cluster = cluster;
        this.names = StagedNames.of(workFolder, clock);
        this.faults = faults;
    }

    @Override
    public Attempt attempt(Pinned pinned) {
        return new TrinoAttempt(pinned, this::open, names, faults);
    }

    /** Done with the first statement, for the cluster need not be there yet. */
    @Override
    public void sweep() {
        alone = true;
        prepared = false;
    }

    private TrinoSession open(String model) {
        TrinoClient client = TrinoClient.connect(cluster);
        running.add(client);
        TrinoSession session = new TrinoSession(model, client, () -> running.remove(client));
        try {
            if (closed) {
                throw new SluiceException(
                        ErrorCode.MODEL_FAILED, "[%s] Cannot run the model: the engine is closed".formatted(model));
            }
            if (!prepared) {
                names.prepare(session, alone);
                prepared = true;
            }
            return session;
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    @Override
    public void close() {
        closed = true;
        running.forEach(TrinoClient::close);
    }
}
