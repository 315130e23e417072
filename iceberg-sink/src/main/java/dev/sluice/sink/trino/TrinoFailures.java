package dev.sluice.sink.trino;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.sql.SQLException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says what lies behind an exception of Trino's JDBC driver, and what to look at. */
final class TrinoFailures {
    /** How the driver's message begins when the server answers 401; nothing else tells it from other failures. */
    private static final String UNAUTHORIZED = "Authentication failed";

    private TrinoFailures() {}

    /** Trino's own errors carry its error code, which is never 0; the driver's carry a state of its own. */
    static SluiceException of(TrinoCluster cluster, SQLException failure) {
        if (failure.getErrorCode() != 0) {
            return new SluiceException(
                    ErrorCode.QUERY_FAILED, "Cannot run the query: " + failure.getMessage(), failure);
        }
        String what = "Cannot ask the Trino cluster at %s: ".formatted(cluster.place());
        for (@Nullable Throwable cause = failure; cause != null; cause = next(cause)) {
            if (cause instanceof SSLException) {
                return new SluiceException(
                        ErrorCode.TRINO_REFUSED,
                        what + "TLS failed (" + cause.getMessage()
                                + "), expected a certificate that is trusted and names the host: check trino.url and,"
                                + " under trino.properties, SSL and SSLTrustStorePath",
                        failure);
            }
            if (String.valueOf(cause.getMessage()).startsWith(UNAUTHORIZED)) {
                return new SluiceException(
                        ErrorCode.TRINO_REFUSED,
                        what + "it refused our credentials (" + cause.getMessage()
                                + "): check trino.user and, under trino.properties, password or accessToken",
                        failure);
            }
        }
        return new SluiceException(
                ErrorCode.PIECE_FAILED,
                what + "it did not answer (" + failure.getMessage() + "), expected a running server",
                failure);
    }

    private static @Nullable Throwable next(Throwable failure) {
        return failure.getCause() == failure ? null : failure.getCause();
    }
}
