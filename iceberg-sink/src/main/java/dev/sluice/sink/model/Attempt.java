package dev.sluice.sink.model;

import dev.sluice.sink.merge.TableMerge;
import dev.sluice.sink.quality.TestResult;
import java.sql.SQLException;
import java.util.List;

/**
 * One attempt at one run of a model, at the table as it was pinned. It commits everything that it does together with
 * the run's stamp, or leaves the table without the stamp in a state that another attempt starts from. It raises
 * COMMIT_CONFLICT when somebody else was faster, and COMMIT_UNKNOWN when the catalog did not say.
 */
public interface Attempt {
    /** Brings in what changed. */
    Result increment() throws SQLException;

    /** Shows rows of the driving table again, and leaves the stamp's upstream as it was. */
    Result replay(Replay replay) throws SQLException;

    /** Computes the table from everything. */
    Result rebuild() throws SQLException;

    /** Tests the table as it is. */
    List<TestResult> test() throws SQLException;

    /**
     * What an attempt came to.
     *
     * @param rowsIn rows that the SELECT returned
     * @param rejected how many of them the tests kept out
     */
    record Result(
            ModelRun.Kind kind,
            long rowsIn,
            long rejected,
            TableMerge.Outcome outcome,
            long rowsScanned,
            long bytesScanned,
            List<TestResult> tests) {}
}
