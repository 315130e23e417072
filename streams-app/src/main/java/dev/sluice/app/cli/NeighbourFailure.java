package dev.sluice.app.cli;

import dev.sluice.app.kafka.KafkaFailures;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.UncheckedIOException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NotAuthorizedException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.RESTException;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.apache.iceberg.exceptions.ServiceFailureException;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.apache.kafka.common.KafkaException;

/** Tells failures of a neighbour, as its client library throws them, from defects of ours. */
final class NeighbourFailure {
    private NeighbourFailure() {}

    /** The failure with a code of ours where a neighbour is to blame, else as it is. */
    static Throwable named(Throwable failure) {
        if (failure instanceof NotAuthorizedException || failure instanceof ForbiddenException) {
            return with(ErrorCode.CATALOG_REFUSED, "Cannot ask the catalog: ", failure);
        }
        if (failure instanceof RESTException
                || failure instanceof ServiceFailureException
                || failure instanceof ServiceUnavailableException) {
            return with(ErrorCode.CATALOG_UNAVAILABLE, "Cannot ask the catalog: ", failure);
        }
        if (failure instanceof NotFoundException
                || failure instanceof RuntimeIOException
                || failure instanceof UncheckedIOException) {
            return with(ErrorCode.STORAGE_FAILED, "Cannot read or write a file: ", failure);
        }
        if (failure instanceof KafkaException) {
            return KafkaFailures.of("Cannot use Kafka", failure);
        }
        return failure;
    }

    private static SluiceException with(ErrorCode code, String what, Throwable failure) {
        return new SluiceException(code, what + failure.getMessage(), failure);
    }
}
