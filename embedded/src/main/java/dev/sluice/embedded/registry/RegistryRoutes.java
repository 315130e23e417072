package dev.sluice.embedded.registry;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.regex.Pattern;

/** The paths of the REST interface, and the shape of what is answered there. */
final class RegistryRoutes {
    @FunctionalInterface
    interface Action {
        JsonNode answer(RestRequest request) throws Refusal;
    }

    /**
     * What is done at a path.
     *
     * @param path a pattern of the raw path, a group for each variable segment
     */
    record Route(String method, Pattern path, Action action) {}

    private final ObjectMapper mapper = new ObjectMapper();
    private final RegistryRules rules;
    private final List<Route> routes;

    RegistryRoutes(RegistryRules rules) {
        this.rules = rules;
        this.routes = List.of(
                route("GET", "/", request -> object()),
                route("GET", "/schemas/types", request -> array(List.of("AVRO"))),
                route("GET", "/schemas/ids/*", request -> document(rules.document(id(request)))),
                route("GET", "/schemas/ids/*/schema", request -> tree(rules.document(id(request)))),
                route(
                        "GET",
                        "/schemas/ids/*/subjects",
                        request -> array(uses(request).stream()
                                .map(Registration::subject)
                                .distinct()
                                .toList())),
                route("GET", "/schemas/ids/*/versions", this::versionsOfId),
                route(
                        "GET",
                        "/subjects",
                        request -> array(rules.subjects(
                                request.query().getOrDefault("subjectPrefix", ""), request.flag("deleted")))),
                route(
                        "POST",
                        "/subjects/*",
                        request ->
                                registration(rules.lookUp(request.name(0), parsed(request), request.flag("deleted")))),
                route(
                        "DELETE",
                        "/subjects/*",
                        request -> array(rules.delete(request.name(0), request.flag("permanent")))),
                route(
                        "GET",
                        "/subjects/*/versions",
                        request -> array(rules.versions(request.name(0), request.flag("deleted")))),
                route("POST", "/subjects/*/versions", this::register),
                route("GET", "/subjects/*/versions/*", request -> registration(version(request))),
                route(
                        "GET",
                        "/subjects/*/versions/*/schema",
                        request -> tree(version(request).document())),
                route(
                        "DELETE",
                        "/subjects/*/versions/*",
                        request -> JsonNodeFactory.instance.numberNode(
                                rules.deleteVersion(request.name(0), request.name(1), request.flag("permanent")))),
                route(
                        "POST",
                        "/compatibility/subjects/*/versions",
                        request -> verdict(request, rules.objections(request.name(0), parsed(request)))),
                route(
                        "POST",
                        "/compatibility/subjects/*/versions/*",
                        request ->
                                verdict(request, rules.objections(request.name(0), request.name(1), parsed(request)))),
                route("GET", "/config", request -> level("compatibilityLevel", rules.globalLevel())),
                route("PUT", "/config", request -> {
                    rules.setLevel(null, request.level());
                    return level("compatibility", rules.globalLevel());
                }),
                route("GET", "/config/*", this::subjectLevel),
                route("PUT", "/config/*", request -> {
                    rules.setLevel(request.name(0), request.level());
                    return level("compatibility", rules.level(request.name(0)));
                }),
                route("DELETE", "/config/*", request -> {
                    CompatibilityLevel before = rules.ownLevel(request.name(0));
                    rules.setLevel(request.name(0), null);
                    return level("compatibilityLevel", before);
                }),
                route("GET", "/mode", request -> object().put("mode", "READWRITE")));
    }

    List<Route> all() {
        return routes;
    }

    private static Route route(String method, String path, Action action) {
        return new Route(method, Pattern.compile(path.replace("*", "([^/]+)") + "/?"), action);
    }

    private JsonNode register(RestRequest request) throws Refusal {
        if (request.body().path("id").asInt(-1) > 0) {
            throw Refusal.givenId(request.name(0));
        }
        return object().put("id", rules.register(request.name(0), parsed(request)));
    }

    private JsonNode subjectLevel(RestRequest request) throws Refusal {
        String subject = request.name(0);
        return level(
                "compatibilityLevel", request.flag("defaultToGlobal") ? rules.level(subject) : rules.ownLevel(subject));
    }

    private JsonNode versionsOfId(RestRequest request) throws Refusal {
        return array(uses(request).stream()
                .map(use -> object().put("subject", use.subject()).put("version", use.version()))
                .toList());
    }

    private List<Registration> uses(RestRequest request) throws Refusal {
        return rules.uses(id(request), request.flag("deleted"));
    }

    private Registration version(RestRequest request) throws Refusal {
        return rules.version(request.name(0), request.name(1), request.flag("deleted"));
    }

    private SchemaDocument parsed(RestRequest request) throws Refusal {
        return rules.parse(request.schema(), request.references());
    }

    private static int id(RestRequest request) throws Refusal {
        try {
            return Integer.parseInt(request.name(0));
        } catch (NumberFormatException e) {
            throw Refusal.unknownPath("schema id " + request.name(0));
        }
    }

    private ObjectNode document(SchemaDocument document) {
        ObjectNode node = object().put("schema", document.text());
        if (!document.references().isEmpty()) {
            node.set("references", mapper.valueToTree(document.references()));
        }
        return node;
    }

    private JsonNode registration(Registration registration) {
        ObjectNode node = object().put("subject", registration.subject())
                .put("version", registration.version())
                .put("id", registration.id());
        return node.setAll(document(registration.document()));
    }

    private JsonNode tree(SchemaDocument document) throws Refusal {
        try {
            return mapper.readTree(document.text());
        } catch (JacksonException e) {
            throw Refusal.invalidSchema(e.getOriginalMessage());
        }
    }

    private JsonNode verdict(RestRequest request, List<String> objections) {
        ObjectNode node = object().put("is_compatible", objections.isEmpty());
        if (request.flag("verbose")) {
            node.set("messages", array(objections));
        }
        return node;
    }

    private static JsonNode level(String field, CompatibilityLevel level) {
        return object().put(field, level.name());
    }

    private JsonNode array(List<?> values) {
        return mapper.valueToTree(values);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
