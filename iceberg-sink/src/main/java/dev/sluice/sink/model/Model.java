package dev.sluice.sink.model;

import dev.sluice.sink.merge.MergeSpec;
import dev.sluice.sink.quality.QualityTest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One SELECT and the table it makes.
 *
 * @param name schema and table, for example {@code silver.orders}
 * @param sqlFile where the SELECT was read
 * @param owner who answers for it; empty when nobody is named
 * @param written the SELECT as it was written, with each ref in place
 * @param sql what is run: the same, with personal data masked
 * @param refs what it reads, in order of appearance; the first one drives increments
 * @param lookback how far before what it has consumed a run begins, so that rows see other refs that came late
 * @param deleteWhen a boolean column of the SELECT that is not kept: where it is true, the key is deleted for good
 * @param layout how its table is stored
 * @param tests what its rows and its table must be like
 * @param testRefs other tables that the tests compare with
 */
public record Model(
        String name,
        String description,
        String owner,
        Path sqlFile,
        String written,
        String sql,
        List<Ref> refs,
        Incremental incremental,
        Optional<Duration> lookback,
        List<ModelColumn> columns,
        Optional<String> deleteWhen,
        TableLayout layout,
        MergeSpec merge,
        List<QualityTest> tests,
        List<Ref> testRefs) {
    /** What is added to a model's name for the table of the keys that were deleted for good. */
    public static final String DELETED = "__deleted";

    public Model {
        refs = List.copyOf(refs);
        columns = List.copyOf(columns);
        tests = List.copyOf(tests);
        testRefs = List.copyOf(testRefs);
    }

    /** The ref whose changes the model follows. */
    public Ref driver() {
        return refs.get(0);
    }

    /** The name of the table of the rows that the tests kept out. */
    public String rejectedTable() {
        return name + "__rejected";
    }

    /** Whether the model's rows are all there is to know about their keys: a row kept out takes its key with it. */
    public boolean replacesByKey() {
        return incremental == Incremental.AFFECTED_KEYS || sharesKey();
    }

    public List<String> uniqueKey() {
        return merge.key();
    }

    /** Whether the driving ref holds one current row per key of this model: a key that it loses, this model loses. */
    public boolean followsKeys() {
        return incremental == Incremental.DELTA && sharesKey();
    }

    private boolean sharesKey() {
        return Set.copyOf(driver().key()).equals(Set.copyOf(uniqueKey()));
    }
}
