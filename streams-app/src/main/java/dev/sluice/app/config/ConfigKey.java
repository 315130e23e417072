package dev.sluice.app.config;

import java.util.Arrays;
import java.util.Optional;

/** What each key of {@code sluice.yaml} means, for the generated reference. */
public enum ConfigKey {
    NAME("name", "Names the pipeline: consumer groups and transactions begin with it, so it must stay."),
    DATA("data", "Local folder for state, temporary files and key indexes, relative to the file."),
    INSTANCE(
            "instance",
            "Names this process among those of the pipeline. It must stay over restarts, and no two running processes"
                    + " may share it. Without it: the host's name and a digest of the data folder."),
    KAFKA("kafka", "Passed on to every Kafka client; `bootstrap.servers` is required."),
    STREAMS("streams", "Passed on to Kafka Streams on top of `kafka`."),
    REGISTRY("registry", "Properties of the schema registry client, listed below."),
    CATALOG("catalog", "The Iceberg catalog."),
    CATALOG_NAME("catalog.name", "Its name in messages."),
    CATALOG_PROPERTIES(
            "catalog.properties", "Passed on to the catalog, for example `type`, `uri`, `warehouse`, `io-impl`."),
    INGEST("ingest", "How topics are landed."),
    MICRO_BATCH("ingest.micro-batch", "Time between two transactions of a thread, 50 ms to 5 min."),
    TARGET_FILE_SIZE(
            "ingest.target-file-size", "Size at which a data file is closed and its micro-batch committed early."),
    INGEST_THREADS("ingest.threads", "Stream threads of this instance."),
    PROTOCOL("ingest.protocol", "Rebalance protocol of the consumer group: `classic` or `streams`."),
    INGEST_GIVE_UP(
            "ingest.give-up-after",
            "How long broker, registry, catalog or storage may stay away before the service ends with an error."),
    COMMIT("commit", "How landed files reach the tables."),
    INTERVAL("commit.interval", "Time between two rounds of commits, 50 ms to 1 h."),
    MAX_BATCHES("commit.max-batches", "Most announcements in one round."),
    COMMIT_GIVE_UP("commit.give-up-after", "As that of `ingest`, for the committer."),
    ENGINE("engine", "What runs the SQL."),
    ENGINE_TYPE(
            "engine.type",
            "Where the models run: `duckdb`, in the process of the service, or `trino`, on the cluster of `trino.url`."
                    + " Queries, maintenance and the rehearsal of an atomic backfill use DuckDB in any case."),
    ENGINE_MEMORY("engine.memory", "Memory of DuckDB; more is spilled to `data`."),
    ENGINE_THREADS("engine.threads", "Threads of DuckDB."),
    MAINTENANCE("maintenance", "How tables are kept fast and small."),
    MAINTENANCE_ENABLED("maintenance.enabled", "`false`: the service leaves it to others, or to `sluice maintain`."),
    MAINTENANCE_INTERVAL("maintenance.interval", "From one visit of the leading committer to the next, 1 s to 1 d."),
    MAINTENANCE_TARGET(
            "maintenance.target-file-size",
            "The size that compaction aims at; a file of less than three quarters of it is small."),
    MAINTENANCE_SMALL(
            "maintenance.max-small-files",
            "Small files in one partition of a table, or of one source partition in bronze, before some are put"
                    + " together."),
    MAINTENANCE_DELETED(
            "maintenance.deleted-row-ratio",
            "Deleted rows as a part of all rows in a table's files, above which files are rewritten."),
    MAINTENANCE_MANIFESTS("maintenance.max-manifests", "Manifests of data files before small ones are put together."),
    MAINTENANCE_AGE(
            "maintenance.snapshot-age",
            "How long a snapshot is kept at least, for time travel and long queries. What a model still needs is kept"
                    + " in any case."),
    MAINTENANCE_SNAPSHOTS("maintenance.min-snapshots", "How many of the newest snapshots are kept whatever their age."),
    MAINTENANCE_ORPHANS(
            "maintenance.orphan-age",
            "How old a file that nothing refers to must be for `sluice maintain orphans`, at least 1 h."),
    MAINTENANCE_ROUND(
            "maintenance.round-size",
            "Size of the data files that one round may rewrite; commits wait for that long. One group of files may go"
                    + " over it."),
    TRINO("trino", "A Trino cluster on the same tables."),
    TRINO_URL("trino.url", "`jdbc:trino://<host>:<port>/<catalog>`, empty for none."),
    TRINO_USER("trino.user", "Whose rights Sluice has there."),
    TRINO_PROPERTIES(
            "trino.properties",
            "Passed on to Trino's JDBC driver, for example `SSL`, `password`, `SSLTrustStorePath`."),
    HTTP("http", "Console, status, health and metrics of the service."),
    HTTP_BIND("http.bind", "The address; nothing there asks for a password."),
    HTTP_PORT("http.port", "The port, 0 for no HTTP at all."),
    MODELS("models", "Folder of the SQL models, relative to the file."),
    SOURCES("sources", "The topics that are landed, at least one."),
    SOURCE_NAME("sources[0].name", "Names the source in messages. Required."),
    SOURCE_TOPIC("sources[0].topic", "The topic. It must exist when the service starts. Without it: the name."),
    SOURCE_TABLE("sources[0].table", "The bronze table, created when missing. Without it: `bronze.` and the name."),
    SOURCE_DLQ(
            "sources[0].dlq",
            "The dead-letter topic, created when missing. It holds rejected records as they came, personal data"
                    + " included. Without it: the topic and `.dlq`."),
    SOURCE_SUBJECT(
            "sources[0].subject", "The registry subject of the topic's values. Without it: the topic and `-value`."),
    SOURCE_CONTRACT(
            "sources[0].contract",
            "The Avro file of the newest schema, relative to the configuration; `sluice schemas check` compares it with"
                    + " the registry. The service itself does not read it."),
    SOURCE_EVENT_ID(
            "sources[0].event-id",
            "The column that identifies an event, by which the audit counts events that were sent twice."),
    SOURCE_PII_KEY(
            "sources[0].pii-key",
            "Secret of the rule `hash`, at least 16 bytes; take it from the environment or a file. Sources with the same key"
                    + " have the same hashes."),
    SOURCE_PII("sources[0].pii", "Rules for personal data, applied before anything is written."),
    PII_COLUMN(
            "sources[0].pii[0].column",
            "Path of the column, such as `address.street`; lists and maps add nothing to it. `_kafka_key` is the"
                    + " record key. Required."),
    PII_RULE(
            "sources[0].pii[0].rule",
            "`hash` (keyed HMAC-SHA-256), `redact` (a constant) or `keep` (the exception below a masked path)."),
    PII_OPTIONAL(
            "sources[0].pii[0].optional",
            "Whether a writer's schema may lack the column. If not, records of such a schema are dead letters"
                    + " (PII_UNCOVERED), and the service does not start when neither the table nor the"
                    + " subject's newest schema has it."),
    SOURCE_CHECKS("sources[0].checks", "What a record must hold to land; the others are dead letters."),
    CHECK_COLUMN("sources[0].checks[0].column", "Path of the column. Required."),
    CHECK_NOT_NULL("sources[0].checks[0].not_null", "`true`: it has a value."),
    CHECK_MIN("sources[0].checks[0].min", "The smallest number allowed."),
    CHECK_MAX("sources[0].checks[0].max", "The largest number allowed."),
    CHECK_MATCHES(
            "sources[0].checks[0].matches", "A regular expression that the whole text matches, or the word `uuid`."),
    CHECK_IN("sources[0].checks[0].in", "The list of allowed values."),
    MAX_RECORD_BYTES("sources[0].max-record-bytes", "Longer values are dead letters (TOO_LARGE)."),
    DLQ_TABLE("sources[0].dlq-table", "The table in which dead letters can be queried; the service keeps it."),
    DLQ_TABLE_NAME("sources[0].dlq-table.name", "Its name. Without it: the bronze table and `_dlq`."),
    DLQ_TABLE_VALUE(
            "sources[0].dlq-table.value",
            "`keep` puts the rejected bytes into the table as they came, personal data included; `omit` only their"
                    + " length. Without it: `omit` where the source has rules for personal data, else `keep`.");

    private final String path;
    private final String meaning;

    ConfigKey(String path, String meaning) {
        this.path = path;
        this.meaning = meaning;
    }

    /** As {@link ConfigFile#keys()} has it. */
    public String path() {
        return path;
    }

    /** One sentence or more for the generated reference. */
    public String meaning() {
        return meaning;
    }

    /** The key of that full name. */
    public static Optional<ConfigKey> of(String path) {
        return Arrays.stream(values()).filter(key -> key.path.equals(path)).findFirst();
    }
}
