package dev.sluice.sink.duck;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * An in-memory DuckDB that stays from run to run and keeps the memory that it once had: a new instance pays a page
 * fault for every 4 KB that it reads, and reads hundreds of megabytes of a large key index. One run at a time is in it;
 * a run that comes meanwhile gets an instance of its own. Since an instance is confined once and for all, it is
 * confined to the folders of all runs so far, and made anew when a run needs another. Safe for use by several threads.
 */
public final class KeptInstance implements AutoCloseable {
    private final DuckDbSettings settings;
    private final Cancellation cancellation;
    private final Set<Path> folders = new HashSet<>();
    private Optional<DuckDb> instance = Optional.empty();
    private boolean taken;
    private boolean closed;

    /** @param settings of the instance, which may keep as much memory as its limit */
    public KeptInstance(DuckDbSettings settings, Cancellation cancellation) {
        this.settings = settings;
        this.cancellation = cancellation;
    }

    /** What is done in a session. */
    @FunctionalInterface
    public interface Run<T> {
        T in(DuckDb session) throws SQLException;
    }

    /**
     * Does a run in a session, which may look into the folders. Should it want to be confined to others, which can be
     * known late, it is begun again from the start.
     */
    public <T> T run(Collection<Path> expected, Run<T> run) throws SQLException {
        try (DuckDb session = session(expected)) {
            return run.in(session);
        } catch (OutsideFolders e) {
            try (DuckDb session = session(e.folders())) {
                return run.in(session);
            }
        }
    }

    private synchronized DuckDb session(Collection<Path> wanted) throws SQLException {
        if (taken || closed) {
            String own = UUID.randomUUID().toString();
            return DuckDb.open(settings.withSpillFolder(settings.spillFolder().resolve(own)), cancellation);
        }
        Set<Path> more = OutsideFolders.outside(wanted, folders);
        if (!more.isEmpty()) {
            discard();
            folders.addAll(more);
        }
        if (instance.isEmpty()) {
            instance = Optional.of(open());
        }
        DuckDb session = instance.get().session(cancellation, this::giveBack);
        taken = true;
        return session;
    }

    private DuckDb open() throws SQLException {
        // Nothing is asked of it but sessions, and they are cancelled one by one.
        DuckDb opened = DuckDb.open(settings, new Cancellation());
        try {
            opened.execute("SET block_allocator_memory = " + SqlText.literal(settings.memoryLimit()));
            opened.confineTo(folders);
            return opened;
        } catch (SQLException e) {
            opened.close();
            throw e;
        }
    }

    private synchronized void giveBack(boolean tidy) {
        taken = false;
        if (!tidy || closed) {
            discard();
        }
    }

    private void discard() {
        instance.ifPresent(DuckDb::close);
        instance = Optional.empty();
    }

    /** Ends the instance; a session that is out ends it when it is closed. */
    @Override
    public synchronized void close() {
        closed = true;
        if (!taken) {
            discard();
        }
    }
}
