package dev.sluice.schemas.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Client of any registry that speaks Confluent's REST interface. An id never changes its schema, so schemas stay in
 * memory for ever (the latest ones, up to a number); that an id is unknown or unreadable is remembered for a short time
 * only.
 */
public final class HttpSchemaRegistry implements SchemaRegistry {
    /** Schemas are told apart by their text: two that differ in a doc string are two to the registry. */
    private record SubjectSchema(String subject, String schema) {
        @Override
        public String toString() {
            return "subject " + subject;
        }
    }

    private record Missing(ErrorCode code, String message, Instant until) {}

    private final RegistryTransport transport;
    private final InstantSource clock;
    private final RegistrySettings settings;
    private final SchemaText text = new SchemaText(this::version);
    private final SingleFlight<Integer, Schema> fetches = new SingleFlight<>();
    private final SingleFlight<SubjectSchema, Integer> registrations = new SingleFlight<>();
    private final BoundedCache<Integer, Schema> schemas;
    private final BoundedCache<Integer, Missing> missing;
    private final BoundedCache<SubjectSchema, Integer> ids;
    private final BoundedCache<SubjectSchema, RegisteredSchema> versions;
    private volatile boolean closed;

    HttpSchemaRegistry(RegistrySettings settings, InstantSource clock, Backoff backoff) {
        this.settings = settings;
        this.clock = clock;
        this.transport = new RegistryTransport(settings, backoff);
        this.schemas = new BoundedCache<>(settings.cacheSize());
        this.missing = new BoundedCache<>(settings.cacheSize());
        this.ids = new BoundedCache<>(settings.cacheSize());
        this.versions = new BoundedCache<>(settings.cacheSize());
    }

    /**
     * A client from Confluent's property names, see {@link RegistryKey}. Nothing is asked of the registry yet.
     *
     * @throws SluiceException {@code CONFIG_INVALID} for an unknown name or a wrong value
     */
    public static HttpSchemaRegistry from(Map<String, String> properties) {
        return from(properties, InstantSource.system());
    }

    /** As {@link #from(Map)}, with the clock that unknown ids are forgotten by. */
    public static HttpSchemaRegistry from(Map<String, String> properties, InstantSource clock) {
        RegistrySettings settings = RegistrySettings.read(properties, clock);
        return new HttpSchemaRegistry(
                settings,
                clock,
                new Backoff(
                        settings.retryWait(),
                        settings.retryMaxWait(),
                        new SplittableRandom(),
                        wait -> Thread.sleep(wait.toMillis())));
    }

    @Override
    public Schema byId(int id) {
        Optional<Schema> known = schemas.find(id);
        return known.isPresent() ? known.get() : fetches.get(id, () -> fetch(id));
    }

    @Override
    public void forgetUnknown(int id) {
        missing.remove(id);
    }

    private Schema fetch(int id) {
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
        missing.find(id)
                .filter(entry -> clock.instant().isBefore(entry.until()))
                .ifPresent(entry -> {
                    throw new SluiceException(entry.code(), entry.message());
                });
        try {
            Schema schema = text.parse(call("GET", "/schemas/ids/" + id, null, action), action);
            schemas.put(id, schema);
            return schema;
        } catch (SluiceException e) {
            if (e.code() == ErrorCode.SCHEMA_NOT_FOUND || e.code() == ErrorCode.SCHEMA_INVALID) {
                Instant until = clock.instant().plus(settings.missingTtl());
                missing.put(id, new Missing(e.code(), String.valueOf(e.getMessage()), until));
            }
            throw e;
        }
    }

    @Override
    public int register(String subject, Schema schema) {
        SubjectSchema key = new SubjectSchema(subject, schema.toString());
        Optional<Integer> known = ids.find(key);
        return known.isPresent() ? known.get() : registrations.get(key, () -> registerNow(key));
    }

    private int registerNow(SubjectSchema key) {
        String action = "register a schema under subject " + key.subject();
        JsonNode answer = call("POST", subject(key.subject()) + "/versions", body(key.schema()), action);
        int id = number(answer, "id", action);
        ids.put(key, id);
        return id;
    }

    @Override
    public RegisteredSchema lookUp(String subject, Schema schema) {
        SubjectSchema key = new SubjectSchema(subject, schema.toString());
        Optional<RegisteredSchema> known = versions.find(key);
        if (known.isPresent()) {
            return known.get();
        }
        String action = "look up a schema under subject " + subject;
        JsonNode answer = call("POST", subject(subject), body(key.schema()), action);
        RegisteredSchema found =
                new RegisteredSchema(subject, number(answer, "version", action), number(answer, "id", action), schema);
        versions.put(key, found);
        ids.put(key, found.id());
        return found;
    }

    @Override
    public RegisteredSchema latest(String subject) {
        String action = "fetch the latest schema of subject " + subject;
        JsonNode answer = call("GET", subject(subject) + "/versions/latest", null, action);
        return new RegisteredSchema(
                subject, number(answer, "version", action), number(answer, "id", action), text.parse(answer, action));
    }

    @Override
    public List<String> subjects() {
        List<String> names = new ArrayList<>();
        call("GET", "/subjects", null, "list the subjects").forEach(name -> names.add(name.asText()));
        return names;
    }

    @Override
    public List<Integer> versions(String subject) {
        List<Integer> numbers = new ArrayList<>();
        call("GET", subject(subject) + "/versions", null, "list the versions of subject " + subject)
                .forEach(number -> numbers.add(number.asInt()));
        return numbers;
    }

    @Override
    public CompatibilityVerdict check(String subject, Schema schema) {
        String action = "check a schema against subject " + subject;
        String path = "/compatibility" + subject(subject) + "/versions";
        // Against all the versions that the level looks at, as a registration is. Older registries have only the
        // second.
        RegistryAnswer answer = send("POST", path + "?verbose=true", body(schema.toString()), action);
        if (!answer.succeeded() && (answer.status() == 404 || answer.status() == 405)) {
            answer = send("POST", path + "/latest?verbose=true", body(schema.toString()), action);
        }
        if (answer.saysNotFound()) {
            return new CompatibilityVerdict(true, List.of());
        }
        JsonNode verdict = answer.orThrow(action);
        List<String> messages = new ArrayList<>();
        verdict.path("messages").forEach(message -> messages.add(message.asText()));
        boolean compatible = verdict.path("is_compatible").asBoolean(false);
        return new CompatibilityVerdict(compatible, compatible ? List.of() : messages);
    }

    @Override
    public String compatibility(String subject) {
        String action = "read the compatibility level of subject " + subject;
        RegistryAnswer answer = send("GET", "/config/" + encoded(subject), null, action);
        JsonNode config = answer.saysNotFound() ? call("GET", "/config", null, action) : answer.orThrow(action);
        return config.path("compatibilityLevel").asText();
    }

    @Override
    public void setCompatibility(String subject, String level) {
        JsonNode body = JsonNodeFactory.instance.objectNode().put("compatibility", level);
        call(
                "PUT",
                "/config/" + encoded(subject),
                body,
                "set the compatibility level of subject %s to %s".formatted(subject, level));
    }

    @Override
    public void close() {
        closed = true;
    }

    private JsonNode version(String subject, int version) {
        return call(
                "GET",
                subject(subject) + "/versions/" + version + "?deleted=true",
                null,
                "fetch version %d of subject %s".formatted(version, subject));
    }

    private JsonNode call(String method, String path, @Nullable JsonNode body, String action) {
        return send(method, path, body, action).orThrow(action);
    }

    private RegistryAnswer send(String method, String path, @Nullable JsonNode body, String action) {
        if (closed) {
            throw new SluiceException(ErrorCode.BUG, "Cannot %s: the registry client is closed".formatted(action));
        }
        return transport.send(method, path, body, action);
    }

    private static int number(JsonNode answer, String field, String action) {
        JsonNode number = answer.path(field);
        if (number.canConvertToInt()) {
            return number.asInt();
        }
        throw new SluiceException(
                ErrorCode.REGISTRY_REFUSED,
                "Cannot %s: the registry's answer has no %s, expected a number, found %s"
                        .formatted(action, field, answer));
    }

    private static JsonNode body(String schema) {
        return JsonNodeFactory.instance.objectNode().put("schema", schema);
    }

    private static String subject(String subject) {
        return "/subjects/" + encoded(subject);
    }

    /** Percent-encoded as a path segment, a slash included. */
    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
