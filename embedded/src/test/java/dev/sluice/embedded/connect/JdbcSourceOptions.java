package dev.sluice.embedded.connect;

import static org.apache.kafka.common.config.ConfigDef.NO_DEFAULT_VALUE;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidList;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigException;

/**
 * The options that the Confluent and the Aiven JDBC source connector share, with types and values as their
 * configuration references document them; the classes themselves are not on Maven Central. Numbers that make no sense
 * below zero are refused, and what the files must say although the connectors have a default has none here.
 */
final class JdbcSourceOptions {
    private static final Validator TIME_ZONE = (name, value) -> {
        try {
            ZoneId.of((String) value);
        } catch (DateTimeException e) {
            throw new ConfigException(name, value, "is no time zone");
        }
    };

    private static final Validator ANY = (name, value) -> {};
    private static final Validator TEXT = new ConfigDef.NonEmptyString();

    private static final ConfigDef DEFINITION = new ConfigDef()
            .define(
                    "connection.url",
                    Type.STRING,
                    NO_DEFAULT_VALUE,
                    JdbcSourceOptions::postgresUrl,
                    Importance.HIGH,
                    "")
            .define("connection.user", Type.STRING, NO_DEFAULT_VALUE, TEXT, Importance.HIGH, "")
            .define("connection.password", Type.PASSWORD, NO_DEFAULT_VALUE, ANY, Importance.HIGH, "")
            .define("connection.attempts", Type.INT, 3, Range.atLeast(1), Importance.LOW, "")
            .define("connection.backoff.ms", Type.LONG, 10_000L, Range.atLeast(1), Importance.LOW, "")
            .define(
                    "dialect.name",
                    Type.STRING,
                    "",
                    ValidString.in(
                            "",
                            "Db2DatabaseDialect",
                            "DerbyDatabaseDialect",
                            "GenericDatabaseDialect",
                            "MySqlDatabaseDialect",
                            "OracleDatabaseDialect",
                            "PostgreSqlDatabaseDialect",
                            "SapHanaDatabaseDialect",
                            "SqliteDatabaseDialect",
                            "SqlServerDatabaseDialect",
                            "SybaseDatabaseDialect",
                            "VerticaDatabaseDialect"),
                    Importance.LOW,
                    "")
            .define("db.timezone", Type.STRING, "UTC", TIME_ZONE, Importance.MEDIUM, "")
            .define("schema.pattern", Type.STRING, NO_DEFAULT_VALUE, TEXT, Importance.MEDIUM, "")
            .define(
                    "table.types",
                    Type.LIST,
                    List.of("TABLE"),
                    ValidList.in(
                            "TABLE", "VIEW", "SYSTEM TABLE", "GLOBAL TEMPORARY", "LOCAL TEMPORARY", "ALIAS", "SYNONYM"),
                    Importance.LOW,
                    "")
            .define("table.whitelist", Type.LIST, NO_DEFAULT_VALUE, ANY, Importance.MEDIUM, "")
            .define(
                    "mode",
                    Type.STRING,
                    NO_DEFAULT_VALUE,
                    ValidString.in("bulk", "timestamp", "incrementing", "timestamp+incrementing"),
                    Importance.HIGH,
                    "")
            .define("timestamp.column.name", Type.LIST, NO_DEFAULT_VALUE, ANY, Importance.MEDIUM, "")
            .define("incrementing.column.name", Type.STRING, NO_DEFAULT_VALUE, TEXT, Importance.MEDIUM, "")
            .define("validate.non.null", Type.BOOLEAN, true, ANY, Importance.LOW, "")
            .define("timestamp.delay.interval.ms", Type.LONG, 0L, Range.atLeast(0), Importance.HIGH, "")
            .define("poll.interval.ms", Type.INT, 5_000, Range.atLeast(1), Importance.HIGH, "")
            .define("table.poll.interval.ms", Type.LONG, 60_000L, Range.atLeast(1), Importance.LOW, "")
            .define("batch.max.rows", Type.INT, 100, Range.atLeast(1), Importance.LOW, "")
            .define(
                    "numeric.mapping",
                    Type.STRING,
                    "none",
                    ValidString.in("none", "precision_only", "best_fit"),
                    Importance.LOW,
                    "")
            .define("topic.prefix", Type.STRING, NO_DEFAULT_VALUE, TEXT, Importance.HIGH, "");

    private JdbcSourceOptions() {}

    static boolean defines(String option) {
        return DEFINITION.names().contains(option);
    }

    /**
     * What is wrong with the settings, as Connect would say it; settings that are not defined here are not looked at.
     */
    static List<String> objections(Map<String, String> settings) {
        List<String> objections = new ArrayList<>();
        DEFINITION.validate(settings).forEach(value -> objections.addAll(value.errorMessages()));
        return objections;
    }

    private static void postgresUrl(String name, Object value) {
        if (!((String) value).matches("jdbc:postgresql://[^/:]+:\\d+/[^/?]+(\\?.*)?")) {
            throw new ConfigException(name, value, "is no URL of a Postgres database");
        }
    }
}
