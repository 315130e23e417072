package dev.sluice.schemas.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/**
 * Confluent's own client behind our interface, for those who have it: its authentication, its metrics, its retries. It
 * is asked with the same promises about errors that {@link SchemaRegistry} makes.
 */
public final class ConfluentSchemaRegistry implements SchemaRegistry {
    /** Where the interface promises another thing than Confluent's client does by itself. */
    private static final Map<String, String> DEFAULTS =
            Map.of("latest.cache.ttl.sec", "0", RegistryKey.MISSING_TTL.property(), "10");

    private final ConfluentClasses classes;
    private final Object client;
    private final URI place;
    private final Credentials credentials;
    private final BoundedCache<Integer, Schema> schemas;

    private ConfluentSchemaRegistry(
            ConfluentClasses classes, Object client, URI place, Credentials credentials, int cacheSize) {
        this.classes = classes;
        this.client = client;
        this.place = place;
        this.credentials = credentials;
        this.schemas = new BoundedCache<>(cacheSize);
    }

    /**
     * A client from Confluent's properties, passed on as they are. Nothing is asked of the registry yet.
     *
     * @param loader has Confluent's classes
     * @throws SluiceException {@code CONFIG_INVALID} without addresses, without the classes, or when they refuse the
     *     properties
     */
    public static ConfluentSchemaRegistry from(Map<String, String> properties, ClassLoader loader) {
        List<String> urls = Arrays.stream(
                        properties.getOrDefault(RegistryKey.URL.property(), "").split(","))
                .map(String::strip)
                .filter(url -> !url.isEmpty())
                .toList();
        if (urls.isEmpty()) {
            throw RegistryKey.URL.invalid("it is not set", "one address or more", "none");
        }
        Map<String, String> given = new HashMap<>(DEFAULTS);
        given.putAll(properties);
        given.remove(RegistryKey.CLIENT.property());
        int cacheSize = Integer.parseInt(RegistryKey.CACHE_SIZE.standard().orElseThrow());
        ConfluentClasses classes = ConfluentClasses.in(loader);
        return new ConfluentSchemaRegistry(
                classes,
                classes.client(urls, cacheSize, typed(given)),
                Endpoint.parse(urls.get(0)).base(),
                new Configured(properties),
                cacheSize);
    }

    /** Confluent's client casts a few numbers where it parses the others. */
    private static Map<String, Object> typed(Map<String, String> properties) {
        Map<String, Object> typed = new HashMap<>();
        properties.forEach((name, value) -> typed.put(name, typed(name, value)));
        return typed;
    }

    private static Object typed(String name, String value) {
        try {
            return switch (name) {
                case "missing.id.cache.ttl.sec", "missing.version.cache.ttl.sec", "missing.schema.cache.ttl.sec" ->
                    Long.valueOf(value.strip());
                case "missing.cache.size" -> Integer.valueOf(value.strip());
                case "bearer.auth.cache.expiry.buffer.seconds" -> Short.valueOf(value.strip());
                default -> value;
            };
        } catch (NumberFormatException e) {
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID,
                    "Cannot read registry setting %s: expected a whole number, found %s".formatted(name, value),
                    e);
        }
    }

    @Override
    public Schema byId(int id) {
        Optional<Schema> known = schemas.find(id);
        if (known.isPresent()) {
            return known.get();
        }
        String action = "fetch schema " + id;
        if (id < 0) {
            throw new SluiceException(
                    ErrorCode.SCHEMA_NOT_FOUND,
                    "Cannot %s: no registry gives such ids, expected 0 or more, found %d".formatted(action, id));
        }
        Schema schema = parsed(call(action, "getSchemaById", id), action);
        schemas.put(id, schema);
        return schema;
    }

    @Override
    public int register(String subject, Schema schema) {
        return (int) call("register a schema under subject " + subject, "register", subject, confluent(schema));
    }

    @Override
    public RegisteredSchema lookUp(String subject, Schema schema) {
        String action = "look up a schema under subject " + subject;
        Object asked = confluent(schema);
        int version = (int) call(action, "getVersion", subject, asked);
        return new RegisteredSchema(subject, version, (int) call(action, "getId", subject, asked), schema);
    }

    @Override
    public RegisteredSchema latest(String subject) {
        String action = "fetch the latest schema of subject " + subject;
        Object metadata = call(action, "getLatestSchemaMetadata", subject);
        int id = classes.number(metadata, "getId");
        return new RegisteredSchema(subject, classes.number(metadata, "getVersion"), id, byId(id));
    }

    @Override
    public List<String> subjects() {
        Collection<?> names = (Collection<?>) call("list the subjects", "getAllSubjects");
        return names.stream().map(String::valueOf).toList();
    }

    @Override
    public List<Integer> versions(String subject) {
        Collection<?> numbers =
                (Collection<?>) call("list the versions of subject " + subject, "getAllVersions", subject);
        return numbers.stream().map(Integer.class::cast).toList();
    }

    @Override
    public CompatibilityVerdict check(String subject, Schema schema) {
        String action = "check a schema against subject " + subject;
        try {
            // Its verbose form takes silence for consent, and not every registry gives reasons.
            boolean compatible = (boolean) classes.call(client, "testCompatibility", subject, confluent(schema));
            Collection<?> messages = compatible
                    ? List.of()
                    : (Collection<?>) classes.call(client, "testCompatibilityVerbose", subject, confluent(schema));
            return new CompatibilityVerdict(
                    compatible, messages.stream().map(String::valueOf).toList());
        } catch (ConfluentClasses.Refused e) {
            if (answer(e).saysNotFound()) {
                return new CompatibilityVerdict(true, List.of());
            }
            throw failure(e, action);
        }
    }

    @Override
    public String compatibility(String subject) {
        String action = "read the compatibility level of subject " + subject;
        try {
            return String.valueOf(classes.call(client, "getCompatibility", subject));
        } catch (ConfluentClasses.Refused e) {
            if (answer(e).saysNotFound()) {
                // An empty subject is the registry itself.
                return String.valueOf(call(action, "getCompatibility", ""));
            }
            throw failure(e, action);
        }
    }

    @Override
    public void setCompatibility(String subject, String level) {
        call(
                "set the compatibility level of subject %s to %s".formatted(subject, level),
                "updateCompatibility",
                subject,
                level);
    }

    @Override
    public void close() {
        if (client instanceof Closeable closeable) {
            try {
                closeable.close();
            } catch (IOException e) {
                throw new SluiceException(
                        ErrorCode.REGISTRY_UNAVAILABLE, "Cannot close Confluent's registry client: " + e, e);
            }
        }
    }

    private Object confluent(Schema schema) {
        return classes.schema(schema.toString());
    }

    private Schema parsed(Object schema, String action) {
        String kind = classes.kind(schema);
        try {
            if (kind.equals("AVRO")) {
                return new Schema.Parser().parse(classes.text(schema));
            }
        } catch (SchemaParseException e) {
            throw new SluiceException(
                    ErrorCode.SCHEMA_INVALID, "Cannot %s: it is no valid Avro schema (%s)".formatted(action, e), e);
        }
        throw new SluiceException(
                ErrorCode.SCHEMA_INVALID, "Cannot %s: expected an Avro schema, found %s".formatted(action, kind));
    }

    private Object call(String action, String method, Object... arguments) {
        try {
            return classes.call(client, method, arguments);
        } catch (ConfluentClasses.Refused e) {
            throw failure(e, action);
        }
    }

    private SluiceException failure(ConfluentClasses.Refused refused, String action) {
        if (refused.status() == 0 || answer(refused).retryable()) {
            return new SluiceException(
                    ErrorCode.REGISTRY_UNAVAILABLE,
                    "Cannot %s: the schema registry did not answer, expected an answer from %s, found %s"
                            .formatted(action, place, credentials.redact(String.valueOf(refused.getMessage()))),
                    refused);
        }
        try {
            answer(refused).orThrow(action);
        } catch (SluiceException e) {
            return e;
        }
        throw new IllegalStateException("a refusal is no success", refused);
    }

    private RegistryAnswer answer(ConfluentClasses.Refused refused) {
        return new RegistryAnswer(
                place,
                refused.status(),
                JsonNodeFactory.instance
                        .objectNode()
                        .put("error_code", refused.errorCode())
                        .put("message", refused.getMessage()),
                credentials);
    }

    /** Whatever the properties say; all of them but the addresses may be secrets. */
    record Configured(Map<String, String> properties) implements Credentials {
        @Override
        public Optional<String> header() {
            return Optional.empty();
        }

        @Override
        public List<String> secrets() {
            return properties.entrySet().stream()
                    .filter(entry -> entry.getKey().matches("(?i).*(password|secret|token|user\\.info|jaas).*"))
                    .map(Map.Entry::getValue)
                    .toList();
        }

        @Override
        public String description() {
            return "the configured credentials";
        }

        @Override
        public String toString() {
            return description();
        }
    }
}
