package dev.sluice.sink.trino;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Where a Trino cluster answers, and as whom.
 *
 * @param url {@code jdbc:trino://<host>:<port>/<catalog>}; the catalog is the Iceberg one that holds the tables
 * @param user whose rights every statement has
 * @param driverProperties passed to Trino's JDBC driver as they are: {@code password}, {@code SSL} and others
 */
public record TrinoCluster(String url, String user, Map<String, String> driverProperties) {
    private static final String PREFIX = "jdbc:trino://";
    private static final Pattern FORM = Pattern.compile("jdbc:trino://[^/?@]+/[^/?]+");

    public TrinoCluster {
        driverProperties = Map.copyOf(driverProperties);
        // Parameters may be passwords: as properties they can be told from what may be shown.
        if (!FORM.matcher(url).matches()) {
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID,
                    "Cannot use the Trino address: expected " + PREFIX
                            + "<host>:<port>/<catalog> without parameters, found another form");
        }
    }

    /** A cluster asked as a user, without a password. */
    public static TrinoCluster of(String url, String user) {
        return new TrinoCluster(url, user, Map.of());
    }

    /** The same cluster asked as another user. */
    public TrinoCluster as(String other) {
        return new TrinoCluster(url, other, driverProperties);
    }

    /** Host and port, for messages. */
    public String place() {
        String rest = url.substring(PREFIX.length());
        return rest.substring(0, rest.indexOf('/'));
    }

    /** Without the properties, which may be secret. */
    @Override
    public String toString() {
        return "Trino at " + place();
    }
}
