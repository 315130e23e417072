package dev.sluice.app.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads YAML text into {@link YamlNode}s, so that every later complaint can name its line. */
final class YamlReader {
    private final String file;

    YamlReader(String file) {
        this.file = file;
    }

    YamlNode read(String text) {
        try (JsonParser parser = new YAMLFactory().createParser(text)) {
            if (parser.nextToken() == null) {
                return new YamlNode.Mapping(1, Map.of(), Map.of());
            }
            return node(parser);
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            throw invalid(
                    line,
                    "it is not valid YAML: "
                            + e.getOriginalMessage().lines().findFirst().orElse(""));
        } catch (IOException e) {
            throw invalid(1, "it is not valid YAML: " + e.getMessage());
        }
    }

    private YamlNode node(JsonParser parser) throws IOException {
        int line = parser.currentTokenLocation().getLineNr();
        return switch (parser.currentToken()) {
            case START_OBJECT -> mapping(parser, line);
            case START_ARRAY -> {
                List<YamlNode> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(node(parser));
                }
                yield new YamlNode.Sequence(line, items);
            }
            case VALUE_NULL -> new YamlNode.Scalar(line, null);
            default -> new YamlNode.Scalar(line, parser.getText());
        };
    }

    private YamlNode.Mapping mapping(JsonParser parser, int line) throws IOException {
        Map<String, YamlNode> entries = new LinkedHashMap<>();
        Map<String, Integer> keyLines = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            int keyLine = parser.currentTokenLocation().getLineNr();
            int colon = key.indexOf(':');
            if (colon >= 0) {
                // Without the space, key and value are one key to YAML; what is after the colon may be a secret.
                throw invalid(
                        keyLine,
                        "expected a space after the colon of key " + key.substring(0, colon)
                                + ", found other text (not shown)");
            }
            parser.nextToken();
            if (entries.put(key, node(parser)) != null) {
                throw invalid(keyLine, "the key " + key + " stands there twice");
            }
            keyLines.put(key, keyLine);
        }
        return new YamlNode.Mapping(line, entries, keyLines);
    }

    private SluiceException invalid(int line, String reason) {
        return new SluiceException(
                ErrorCode.CONFIG_INVALID, "Cannot read configuration " + file + ":" + line + ": " + reason);
    }
}
