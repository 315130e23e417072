package dev.sluice.sink.bronze;

import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;

/** An in-memory catalog whose next commits can be raced, refused or left without an answer. */
public final class FaultyCatalog extends InMemoryCatalog {
    private Runnable beforeNextCommit = () -> {};
    private boolean loseAnswer;
    private boolean loseCommit;
    private int refusals;

    /** Runs once, right before the next commit reaches the catalog. */
    public void beforeNextCommit(Runnable action) {
        beforeNextCommit = action;
    }

    /** The next commit goes through, and the client never learns. */
    public void loseTheAnswerOfTheNextCommit() {
        loseAnswer = true;
    }

    /** The next commit never arrives, and the client never learns. */
    public void loseTheNextCommit() {
        loseCommit = true;
    }

    /** The next commits are answered with a conflict. */
    public void refuseCommits(int times) {
        refusals = times;
    }

    @Override
    protected TableOperations newTableOps(TableIdentifier identifier) {
        return new FaultyOperations(super.newTableOps(identifier));
    }

    private final class FaultyOperations implements TableOperations {
        private final TableOperations delegate;

        private FaultyOperations(TableOperations delegate) {
            this.delegate = delegate;
        }

        @Override
        public TableMetadata current() {
            return delegate.current();
        }

        @Override
        public TableMetadata refresh() {
            return delegate.refresh();
        }

        @Override
        public void commit(TableMetadata base, TableMetadata metadata) {
            Runnable race = beforeNextCommit;
            beforeNextCommit = () -> {};
            race.run();
            if (refusals > 0) {
                refusals--;
                throw new CommitFailedException("refused by the test");
            }
            if (loseCommit) {
                loseCommit = false;
                throw new CommitStateUnknownException(new IllegalStateException("request lost by the test"));
            }
            delegate.commit(base, metadata);
            if (loseAnswer) {
                loseAnswer = false;
                throw new CommitStateUnknownException(new IllegalStateException("answer lost by the test"));
            }
        }

        @Override
        public FileIO io() {
            return delegate.io();
        }

        @Override
        public String metadataFileLocation(String fileName) {
            return delegate.metadataFileLocation(fileName);
        }

        @Override
        public LocationProvider locationProvider() {
            return LocationProviders.locationsFor(
                    delegate.current().location(), delegate.current().properties());
        }
    }
}
