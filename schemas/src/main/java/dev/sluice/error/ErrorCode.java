package dev.sluice.error;

/**
 * Every error that Sluice raises, numbered. Numbers are stable: a code keeps its number for ever, and new codes take
 * the next free one of their hundred (1xx configuration, 2xx registry and schemas, 3xx landing, 4xx catalog and tables,
 * 5xx models and merges, 6xx platform and Kafka, 9xx defects).
 */
public enum ErrorCode {
    CONFIG_INVALID(100, ErrorKind.CONFIG, "A configuration file or key is wrong"),
    USAGE(101, ErrorKind.CONFIG, "A command was called with wrong arguments"),
    DATA_FOLDER(102, ErrorKind.CONFIG, "The data folder is unusable, or of another version"),
    DATA_FOLDER_HELD(103, ErrorKind.CONFLICT, "Another process holds the data folder"),
    PORT_IN_USE(104, ErrorKind.CONFIG, "A port that was asked for is in use"),
    LOAD_MISMATCH(105, ErrorKind.CONFIG, "The data folder holds another load than the one asked for"),

    SCHEMA_NOT_FOUND(200, ErrorKind.DATA, "The registry has no schema of that id, subject or version"),
    SCHEMA_INVALID(201, ErrorKind.DATA, "A schema cannot be parsed or mapped"),
    SCHEMA_INCOMPATIBLE(202, ErrorKind.DATA, "The registry refused a schema as incompatible"),
    REGISTRY_UNAVAILABLE(203, ErrorKind.EXTERNAL, "The schema registry did not answer"),
    REGISTRY_REFUSED(204, ErrorKind.CONFIG, "The schema registry refused our credentials or request"),

    STORAGE_FAILED(300, ErrorKind.EXTERNAL, "A data file could not be written or read"),
    OFFSET_MISMATCH(301, ErrorKind.BUG, "The offsets being committed do not match the rows that were landed"),

    CATALOG_UNAVAILABLE(400, ErrorKind.EXTERNAL, "The Iceberg catalog did not answer"),
    COMMIT_CONFLICT(401, ErrorKind.CONFLICT, "Another writer committed to the table first"),
    COMMIT_UNKNOWN(402, ErrorKind.EXTERNAL, "The catalog did not say whether a commit was made"),
    LEDGER_GAP(403, ErrorKind.DATA, "An announced range does not follow what the table already holds"),
    SOURCE_RECREATED(404, ErrorKind.DATA, "The topic or cluster is not the one the table was landed from"),
    TABLE_MISSING(405, ErrorKind.DATA, "A table is missing"),
    STAMP_MISSING(406, ErrorKind.DATA, "A table has snapshots but no stamp of ours"),
    BACKFILL_UNKNOWN(420, ErrorKind.CONFIG, "The log of batches has no backfill of that id"),
    BACKFILL_HELD(421, ErrorKind.CONFLICT, "Another process on this machine runs the same backfill"),
    BACKFILL_STOPPED(422, ErrorKind.CONFLICT, "A backfill was asked to stop before it was done"),
    BACKFILL_STAGE(423, ErrorKind.DATA, "What a backfill has staged is not as it was landed"),
    CATALOG_REFUSED(430, ErrorKind.CONFIG, "The Iceberg catalog refused our credentials or request"),

    MODEL_INVALID(500, ErrorKind.CONFIG, "A model's SQL or its entry in schema.yml is wrong"),
    MODEL_FAILED(501, ErrorKind.DATA, "A model's SQL failed on the data"),
    TEST_FAILED(502, ErrorKind.DATA, "A quality test of severity error failed"),

    KAFKA_UNAVAILABLE(600, ErrorKind.EXTERNAL, "The Kafka cluster did not answer"),
    TOPIC_MISSING(601, ErrorKind.CONFIG, "A topic is missing"),
    OFFSETS_LOST(602, ErrorKind.DATA, "Offsets that were not landed yet are gone from the topic"),
    QUERY_FAILED(603, ErrorKind.CONFIG, "A query could not be run"),
    ANNOUNCEMENT_INVALID(604, ErrorKind.DATA, "A record of the announcement topic is not an announcement"),
    JAVA_MISSING(605, ErrorKind.CONFIG, "No Java new enough for a piece of the platform was found"),
    PIECE_FAILED(606, ErrorKind.EXTERNAL, "A piece of the platform could not be fetched, or did not start or answer"),
    REPLAY_MARKER_INVALID(620, ErrorKind.DATA, "A record of the replay marker topic is not a marker"),
    DEAD_LETTER_MISSING(621, ErrorKind.CONFIG, "No dead letter stands at the position that was asked for"),
    KAFKA_REFUSED(630, ErrorKind.CONFIG, "The Kafka cluster refused us, or its certificate is not trusted"),
    TRINO_REFUSED(631, ErrorKind.CONFIG, "The Trino cluster refused us, or its certificate is not trusted"),

    BUG(900, ErrorKind.BUG, "A defect of Sluice");

    private final int number;
    private final ErrorKind kind;
    private final String meaning;

    ErrorCode(int number, ErrorKind kind, String meaning) {
        this.number = number;
        this.kind = kind;
        this.meaning = meaning;
    }

    /** The stable number, shown as {@code SLUICE-nnn}. */
    public int number() {
        return number;
    }

    public ErrorKind kind() {
        return kind;
    }

    /** One line for the generated reference. */
    public String meaning() {
        return meaning;
    }

    /** The form that people search for, for example {@code SLUICE-403}. */
    public String label() {
        return "SLUICE-" + number;
    }
}
