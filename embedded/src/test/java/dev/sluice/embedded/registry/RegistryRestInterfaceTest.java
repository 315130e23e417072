package dev.sluice.embedded.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.schemas.registry.HttpSchemaRegistry;
import dev.sluice.schemas.registry.SchemaRegistry;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The interface as it is on the wire, for clients that are not ours. */
class RegistryRestInterfaceTest {
    private static final String LONG = "{\"schema\":\"\\\"long\\\"\"}";
    private static final String STRING = "{\"schema\":\"\\\"string\\\"\"}";

    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper mapper = new ObjectMapper();

    @TempDir
    Path folder;

    private EmbeddedSchemaRegistry server;

    @BeforeEach
    void start() {
        server = EmbeddedSchemaRegistry.start(folder, 0);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void answersHaveTheInterfacesMediaTypeAndShapes() throws Exception {
        HttpResponse<String> response = send("POST", "/subjects/s/versions", LONG);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/vnd.schemaregistry.v1+json");
        assertThat(response.body()).isEqualTo("{\"id\":1}");

        assertOk("GET", "/", "{}");
        assertOk("GET", "/subjects", "[\"s\"]");
        assertOk("GET", "/subjects?subjectPrefix=x", "[]");
        assertOk("GET", "/subjects/s/versions", "[1]");
        assertOk(
                "GET",
                "/subjects/s/versions/1",
                "{\"subject\":\"s\",\"version\":1,\"id\":1,\"schema\":\"\\\"long\\\"\"}");
        assertOk(
                "GET",
                "/subjects/s/versions/latest",
                "{\"subject\":\"s\",\"version\":1,\"id\":1,\"schema\":\"\\\"long\\\"\"}");
        assertOk("GET", "/subjects/s/versions/1/schema", "\"long\"");
        assertOk("GET", "/schemas/ids/1?fetchMaxId=false&subject=s", "{\"schema\":\"\\\"long\\\"\"}");
        assertOk("GET", "/schemas/ids/1/schema", "\"long\"");
        assertOk("GET", "/schemas/ids/1/subjects", "[\"s\"]");
        assertOk("GET", "/schemas/ids/1/versions", "[{\"subject\":\"s\",\"version\":1}]");
        assertOk("GET", "/schemas/types", "[\"AVRO\"]");
        assertOk("GET", "/config", "{\"compatibilityLevel\":\"BACKWARD\"}");
        assertOk("GET", "/config/s?defaultToGlobal=true", "{\"compatibilityLevel\":\"BACKWARD\"}");
        assertOk("GET", "/mode", "{\"mode\":\"READWRITE\"}");
        assertOk("PUT", "/config", "{\"compatibility\":\"FULL\"}", "{\"compatibility\":\"FULL\"}");
        assertOk("PUT", "/config/s", "{\"compatibility\":\"NONE\"}", "{\"compatibility\":\"NONE\"}");
        assertOk("DELETE", "/config/s", "{\"compatibilityLevel\":\"NONE\"}");
    }

    @Test
    void errorsHaveTheInterfacesCodes() throws Exception {
        send("POST", "/subjects/s/versions", LONG);

        assertError(404, 40401, "GET", "/subjects/none/versions", "");
        assertError(404, 40401, "POST", "/subjects/none", LONG);
        assertError(404, 40402, "GET", "/subjects/s/versions/2", "");
        assertError(404, 40403, "GET", "/schemas/ids/2", "");
        assertError(404, 40403, "POST", "/subjects/s", STRING);
        assertError(404, 40408, "GET", "/config/s", "");
        assertError(409, 409, "POST", "/subjects/s/versions", STRING);
        assertError(422, 42201, "POST", "/subjects/s/versions", "{\"schema\":\"{\\\"type\\\":\\\"nonsense\\\"}\"}");
        assertError(422, 42201, "POST", "/subjects/s/versions", "{}");
        assertError(422, 42201, "POST", "/subjects/s/versions", "{\"schemaType\":\"JSON\",\"schema\":\"{}\"}");
        assertError(422, 42202, "GET", "/subjects/s/versions/zero", "");
        assertError(422, 42203, "PUT", "/config", "{\"compatibility\":\"SIDEWAYS\"}");
        assertError(422, 42205, "POST", "/subjects/s/versions", "{\"id\":9,\"schema\":\"\\\"int\\\"\"}");
        assertError(400, 400, "POST", "/subjects/s/versions", "{");
        assertError(404, 404, "GET", "/nothing/here", "");
        assertError(405, 405, "PUT", "/subjects", "");
    }

    @Test
    void aSchemaMayReferToAnotherAndTheClientResolvesIt() throws Exception {
        String money = "{'type':'record','name':'Money','namespace':'a','fields':[{'name':'cents','type':'long'}]}";
        String price = "{'type':'record','name':'Price','namespace':'b','fields':[{'name':'net','type':'a.Money'},"
                + "{'name':'tax','type':'a.Money'}]}";
        send("POST", "/subjects/money/versions", body(money, ""));
        String references = "[{'name':'a.Money','subject':'money','version':1}]";
        HttpResponse<String> response = send("POST", "/subjects/price/versions", body(price, references));

        int id = mapper.readTree(response.body()).path("id").asInt();
        JsonNode stored = mapper.readTree(send("GET", "/schemas/ids/" + id, "").body());
        assertThat(stored.path("references").get(0).path("subject").asText()).isEqualTo("money");
        try (SchemaRegistry client = client()) {
            Schema schema = client.byId(id);
            assertThat(schema.getField("tax")
                            .schema()
                            .getField("cents")
                            .schema()
                            .getType())
                    .isEqualTo(Schema.Type.LONG);
            assertThat(client.latest("price").schema()).isEqualTo(schema);
        }
        assertError(422, 42206, "DELETE", "/subjects/money", "");
        assertError(422, 42201, "POST", "/subjects/price/versions", body(price, references.replace(":1}", ":2}")));
    }

    @Test
    void aDeletedSubjectIsHiddenItsIdsStayAndItsVersionsCountOn() throws Exception {
        send("POST", "/subjects/s/versions", LONG);
        assertError(404, 40405, "DELETE", "/subjects/s?permanent=true", "");
        assertOk("DELETE", "/subjects/s", "[1]");

        assertError(404, 40404, "DELETE", "/subjects/s", "");
        assertError(404, 40401, "GET", "/subjects/s/versions", "");
        assertOk("GET", "/subjects", "[]");
        assertOk("GET", "/subjects?deleted=true", "[\"s\"]");
        assertOk("GET", "/schemas/ids/1", "{\"schema\":\"\\\"long\\\"\"}");
        assertOk("POST", "/subjects/s/versions", STRING, "{\"id\":2}");
        assertOk("POST", "/subjects/t/versions", LONG, "{\"id\":1}");

        server.close();
        start();
        assertOk("GET", "/subjects/s/versions?deleted=true", "[1,2]");
        assertOk("DELETE", "/subjects/s/versions/1?permanent=true", "1");
        assertError(404, 40407, "DELETE", "/subjects/s/versions/2?permanent=true", "");
        assertOk("DELETE", "/subjects/s/versions/latest", "2");
        assertError(404, 40406, "DELETE", "/subjects/s/versions/2", "");
        assertOk("DELETE", "/subjects/s?permanent=true", "[2]");
        assertOk("GET", "/subjects?deleted=true", "[\"t\"]");

        server.close();
        start();
        assertOk("POST", "/subjects/u/versions", "{\"schema\":\"\\\"int\\\"\"}", "{\"id\":3}");
    }

    private static String body(String schema, String references) {
        String text = schema.replace("'", "\\\"");
        String more = references.isEmpty() ? "" : ",\"references\":" + references.replace('\'', '"');
        return "{\"schema\":\"" + text + "\"" + more + "}";
    }

    private SchemaRegistry client() {
        return HttpSchemaRegistry.from(
                Map.of("schema.registry.url", server.uri().toString()));
    }

    private void assertOk(String method, String path, String expected) throws Exception {
        assertOk(method, path, "", expected);
    }

    private void assertOk(String method, String path, String body, String expected) throws Exception {
        HttpResponse<String> response = send(method, path, body);
        assertThat(response.statusCode())
                .as("%s %s: %s", method, path, response.body())
                .isEqualTo(200);
        assertThat(response.body()).as("%s %s", method, path).isEqualTo(expected);
    }

    private void assertError(int status, int code, String method, String path, String body) throws Exception {
        HttpResponse<String> response = send(method, path, body);
        assertThat(response.statusCode())
                .as("%s %s: %s", method, path, response.body())
                .isEqualTo(status);
        JsonNode error = mapper.readTree(response.body());
        assertThat(error.path("error_code").asInt()).as(response.body()).isEqualTo(code);
        assertThat(error.path("message").asText()).isNotBlank();
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(java.net.URI.create(server.uri() + path))
                .version(HttpClient.Version.HTTP_1_1)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }
}
