package dev.sluice.schemas.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.net.URI;

/**
 * What the registry said, whether we like it or not.
 *
 * @param json the body; a missing node if it is not JSON
 * @param credentials those it was asked with
 */
record RegistryAnswer(URI uri, int status, JsonNode json, Credentials credentials) {
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int INVALID_SCHEMA = 42201;

    boolean succeeded() {
        return status >= 200 && status < 300 && !json.isMissingNode();
    }

    /** Whether the registry does not know who asks. */
    boolean refused() {
        return status == UNAUTHORIZED;
    }

    /** Whether asking again, or another node, may help. */
    boolean retryable() {
        return status == TOO_MANY_REQUESTS || status >= 500;
    }

    /**
     * Whether the registry itself says that it has no such thing. A 404 alone does not say so: a wrong path, or a proxy
     * in front, answers it too, and no record may be called unreadable because of that.
     */
    boolean saysNotFound() {
        return status == NOT_FOUND && errorCode() / 100 == NOT_FOUND;
    }

    /** The body of a success; otherwise the exception that fits, its message starting with {@code Cannot <action>}. */
    JsonNode orThrow(String action) {
        if (succeeded()) {
            return json;
        }
        if (saysNotFound()) {
            throw failure(ErrorCode.SCHEMA_NOT_FOUND, action, "the registry does not have it", "it to be registered");
        }
        throw switch (status) {
            case UNAUTHORIZED, FORBIDDEN ->
                failure(
                        ErrorCode.REGISTRY_REFUSED,
                        action,
                        "the registry refused " + credentials.description(),
                        "credentials it accepts");
            case NOT_FOUND ->
                failure(
                        ErrorCode.REGISTRY_REFUSED,
                        action,
                        "what answers there is not a schema registry",
                        "an answer with an error_code");
            case CONFLICT ->
                failure(
                        ErrorCode.SCHEMA_INCOMPATIBLE,
                        action,
                        "the registry refused it as incompatible",
                        "a schema that the subject's compatibility level allows");
            default ->
                errorCode() == INVALID_SCHEMA
                        ? failure(
                                ErrorCode.SCHEMA_INVALID, action, "the registry cannot parse it", "a valid Avro schema")
                        : failure(ErrorCode.REGISTRY_REFUSED, action, "the registry refused it", "HTTP 200 and JSON");
        };
    }

    /** Status, code and message, without anything secret in it. */
    String summary() {
        String details = errorCode() == 0
                ? ""
                : " (error_code %d: %s)"
                        .formatted(
                                errorCode(),
                                credentials.redact(json.path("message").asText("")));
        String form = json.isMissingNode() ? " that is not JSON" : "";
        return "HTTP %d%s%s from %s".formatted(status, details, form, uri);
    }

    private int errorCode() {
        return json.path("error_code").asInt(0);
    }

    private SluiceException failure(ErrorCode code, String action, String reason, String expected) {
        return new SluiceException(
                code, "Cannot %s: %s, expected %s, found %s".formatted(action, reason, expected, summary()));
    }
}
