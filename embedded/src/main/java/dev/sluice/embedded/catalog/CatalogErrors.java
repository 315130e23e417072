package dev.sluice.embedded.catalog;

import java.util.List;
import java.util.Map;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.apache.iceberg.exceptions.UnprocessableEntityException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.rest.responses.ErrorResponse;

/**
 * The status codes of the REST specification. What is not listed is 500, which clients of a commit take for "it may or
 * may not have happened": the truth about every failure that we did not foresee.
 */
final class CatalogErrors {
    private static final Map<Class<? extends Exception>, Integer> CODES = Map.ofEntries(
            Map.entry(BadRequestException.class, 400),
            Map.entry(IllegalArgumentException.class, 400),
            Map.entry(ValidationException.class, 400),
            Map.entry(NoSuchNamespaceException.class, 404),
            Map.entry(NoSuchTableException.class, 404),
            Map.entry(NotFoundException.class, 404),
            Map.entry(UnsupportedOperationException.class, 406),
            Map.entry(AlreadyExistsException.class, 409),
            Map.entry(CommitFailedException.class, 409),
            Map.entry(NamespaceNotEmptyException.class, 409),
            Map.entry(UnprocessableEntityException.class, 422),
            Map.entry(ServiceUnavailableException.class, 503));

    private CatalogErrors() {}

    static ErrorResponse of(RuntimeException e) {
        String message = e.getMessage();
        return ErrorResponse.builder()
                .responseCode(CODES.getOrDefault(e.getClass(), 500))
                .withType(e.getClass().getSimpleName())
                .withMessage(message == null ? e.toString() : message)
                .withStackTrace(List.of())
                .build();
    }
}
