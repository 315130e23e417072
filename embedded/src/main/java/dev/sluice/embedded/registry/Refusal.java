package dev.sluice.embedded.registry;

/** A request that cannot be met, as the REST interface tells it to the client. It never leaves this package. */
final class Refusal extends Exception {
    private final int status;
    private final int code;

    private Refusal(int status, int code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    int status() {
        return status;
    }

    /** The interface's {@code error_code}. */
    int code() {
        return code;
    }

    static Refusal badRequest(String message) {
        return new Refusal(400, 400, message);
    }

    static Refusal unknownPath(String path) {
        return new Refusal(404, 404, "HTTP 404 Not Found: " + path);
    }

    static Refusal wrongMethod(String method) {
        return new Refusal(405, 405, "HTTP 405 Method Not Allowed: " + method);
    }

    static Refusal noSubject(String subject) {
        return new Refusal(404, 40401, "Subject '%s' not found.".formatted(subject));
    }

    static Refusal noVersion(String version) {
        return new Refusal(404, 40402, "Version %s not found.".formatted(version));
    }

    static Refusal noSchema() {
        return new Refusal(404, 40403, "Schema not found");
    }

    static Refusal noSchema(int id) {
        return new Refusal(404, 40403, "Schema %d not found".formatted(id));
    }

    static Refusal subjectAlreadyDeleted(String subject) {
        return new Refusal(
                404,
                40404,
                "Subject '%s' was soft deleted. Set permanent=true to delete permanently".formatted(subject));
    }

    static Refusal subjectNotDeleted(String subject) {
        return new Refusal(
                404, 40405, "Subject '%s' was not soft deleted before its permanent deletion".formatted(subject));
    }

    static Refusal versionAlreadyDeleted(String subject, int version) {
        return new Refusal(
                404,
                40406,
                "Subject '%s' Version %d was soft deleted. Set permanent=true to delete permanently"
                        .formatted(subject, version));
    }

    static Refusal versionNotDeleted(String subject, int version) {
        return new Refusal(
                404,
                40407,
                "Subject '%s' Version %d was not soft deleted before its permanent deletion"
                        .formatted(subject, version));
    }

    static Refusal noLevel(String subject) {
        return new Refusal(
                404, 40408, "Subject '%s' does not have subject-level compatibility configured".formatted(subject));
    }

    static Refusal incompatible(String subject, Iterable<String> objections) {
        return new Refusal(
                409,
                409,
                "Schema being registered is incompatible with an earlier schema for subject \"%s\", details: %s"
                        .formatted(subject, objections));
    }

    static Refusal invalidSchema(String reason) {
        return new Refusal(422, 42201, "Invalid schema: " + reason);
    }

    static Refusal invalidVersion(String version) {
        return new Refusal(
                422,
                42202,
                "The specified version '%s' is not a valid version id: allowed are \"latest\" and numbers from 1"
                        .formatted(version));
    }

    static Refusal invalidLevel(String level) {
        return new Refusal(
                422,
                42203,
                "Invalid compatibility level '%s': allowed are NONE, BACKWARD, FORWARD, FULL and _TRANSITIVE"
                        .formatted(level));
    }

    static Refusal givenId(String subject) {
        return new Refusal(422, 42205, "Subject %s is not in import mode, ids are given here".formatted(subject));
    }

    static Refusal referenced(String subject, int version) {
        return new Refusal(
                422, 42206, "One or more references exist to version %d of subject %s".formatted(version, subject));
    }
}
