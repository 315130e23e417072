package dev.sluice.embedded.trino;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.net.URI;
import java.nio.file.Path;

/**
 * One statement on the Trino that runs on a data folder.
 *
 * @param server where it answers
 * @param user whose rights the statement has
 */
public record TrinoQuery(URI server, String user) {
    /** The user of the access rules who may do everything. */
    public static final String ENGINEER = "engineer";

    /**
     * The Trino that was started on a data folder, in this process or in another.
     *
     * @throws SluiceException QUERY_FAILED when none is running there
     */
    public static TrinoQuery on(Path data, String user) {
        URI server = TrinoEndpointFile.of(data)
                .read()
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.QUERY_FAILED,
                        "Cannot run the query on Trino: none is running on %s, expected './sluice trino' to be running"
                                .formatted(data)));
        return new TrinoQuery(server, user);
    }

    /** Runs it. See {@link TrinoClient#run(String)}. */
    public TrinoResult run(String sql) {
        try (TrinoClient client = TrinoClient.connect(server, user)) {
            return client.run(sql);
        }
    }
}
