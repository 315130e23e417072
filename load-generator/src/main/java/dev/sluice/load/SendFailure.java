package dev.sluice.load;

import dev.sluice.error.ErrorCode;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;

/** What a failure of a Kafka client calls for: other properties, or patience. */
final class SendFailure {
    private SendFailure() {}

    static ErrorCode code(Throwable failure) {
        return failure instanceof AuthenticationException || failure instanceof AuthorizationException
                ? ErrorCode.KAFKA_REFUSED
                : ErrorCode.KAFKA_UNAVAILABLE;
    }

    /** Whether the parser of {@code sasl.jaas.config} is in it, which quotes what it stumbles over. */
    static boolean quotesCredentials(Throwable failure) {
        return String.valueOf(failure.getMessage()).contains("JAAS")
                || (failure.getCause() != null && quotesCredentials(failure.getCause()));
    }

    /** The client's own words, and what to look at where the cluster refused us. */
    static String reason(Throwable failure) {
        if (failure instanceof SslAuthenticationException) {
            Throwable innermost = failure;
            while (innermost.getCause() != null) {
                innermost = innermost.getCause();
            }
            return "TLS failed (" + innermost.getMessage() + "), check kafka.ssl.truststore.*";
        }
        if (failure instanceof AuthenticationException) {
            return failure.getMessage()
                    + ", check kafka.security.protocol, kafka.sasl.mechanism and kafka.sasl.jaas.config";
        }
        return String.valueOf(failure.getMessage());
    }
}
