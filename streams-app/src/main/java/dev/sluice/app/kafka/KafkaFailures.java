package dev.sluice.app.kafka;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.util.Optional;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Says what lies behind an exception of a Kafka client, and what to look at. */
public final class KafkaFailures {
    private KafkaFailures() {}

    /**
     * {@code KAFKA_REFUSED} where the cluster refuses us or we do not trust it, which no waiting mends, else
     * {@code KAFKA_UNAVAILABLE}.
     *
     * @param what the beginning of the message, for example {@code Cannot describe topic orders}
     */
    public static SluiceException of(String what, Throwable failure) {
        return refused(what, failure)
                .orElseGet(
                        () -> new SluiceException(ErrorCode.KAFKA_UNAVAILABLE, what + ": " + reason(failure), failure));
    }

    /** {@code KAFKA_REFUSED}, or nothing where the failure is of another kind. */
    public static Optional<SluiceException> refused(String what, Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = next(cause)) {
            String advice = advice(cause);
            if (advice != null) {
                return Optional.of(new SluiceException(ErrorCode.KAFKA_REFUSED, what + ": " + advice, failure));
            }
        }
        return Optional.empty();
    }

    /** {@code CONFIG_INVALID} for a client that could not even be made. */
    static SluiceException notMade(String servers, Throwable failure) {
        Throwable innermost = innermost(failure);
        String what = "Cannot open a client for Kafka " + servers + ": ";
        for (@Nullable Throwable cause = failure; cause != null; cause = next(cause)) {
            if (String.valueOf(cause.getMessage()).contains("JAAS")) {
                // The parser's messages quote what it stumbled over, which may be the password: neither shown nor
                // chained.
                return new SluiceException(
                        ErrorCode.CONFIG_INVALID,
                        what + "kafka.sasl.jaas.config cannot be read, expected '<login module> required"
                                + " username=\"...\" password=\"...\";' with quotes and semicolon, found other text"
                                + " (not shown)");
            }
        }
        Throwable near = failure.getCause() == null ? failure : failure.getCause();
        String reason = near == innermost ? "" : " (" + innermost.getMessage() + ")";
        return new SluiceException(ErrorCode.CONFIG_INVALID, what + near.getMessage() + reason, failure);
    }

    private static @Nullable String advice(Throwable failure) {
        if (failure instanceof SslAuthenticationException) {
            return "TLS failed (" + innermost(failure).getMessage()
                    + "), expected a certificate that is trusted and names the host: check kafka.ssl.truststore.* and,"
                    + " for mutual TLS, kafka.ssl.keystore.*";
        }
        if (failure instanceof AuthenticationException) {
            return "the cluster refused our credentials (" + failure.getMessage()
                    + "): check kafka.security.protocol, kafka.sasl.mechanism and kafka.sasl.jaas.config";
        }
        if (failure instanceof AuthorizationException) {
            return "the cluster does not let our user do it (" + failure.getMessage() + "): check its ACLs";
        }
        return null;
    }

    /** The client's own words for a broker that is away name its internal call, which helps nobody. */
    private static String reason(Throwable failure) {
        return failure instanceof TimeoutException
                ? "no broker answered in time, expected one at this address: check kafka.bootstrap.servers and that the broker runs"
                : String.valueOf(failure.getMessage());
    }

    private static Throwable innermost(Throwable failure) {
        Throwable innermost = failure;
        for (@Nullable Throwable cause = failure; cause != null; cause = next(cause)) {
            innermost = cause;
        }
        return innermost;
    }

    private static @Nullable Throwable next(Throwable failure) {
        return failure.getCause() == failure ? null : failure.getCause();
    }
}
