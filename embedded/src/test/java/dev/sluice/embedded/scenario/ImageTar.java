package dev.sluice.embedded.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.embedded.connect.Checkout;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** The service's image as {@code mvn -Pimage -Dimage.goal=buildTar} leaves it, with Sluice's own layers unpacked. */
final class ImageTar {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Path TAR = Checkout.path("streams-app/target/jib-image.tar");

    private final Path root;
    private final JsonNode container;
    private final Map<String, Integer> modes;

    private ImageTar(Path root, JsonNode container, Map<String, Integer> modes) {
        this.root = root;
        this.container = container;
        this.modes = modes;
    }

    /** @param folder takes the tar's files, and the image's below {@code root} */
    static ImageTar unpack(Path folder) throws IOException {
        try (InputStream tar = Files.newInputStream(TAR)) {
            files(tar, folder);
        }
        JsonNode manifest =
                JSON.readTree(folder.resolve("manifest.json").toFile()).get(0);
        Path root = Files.createDirectories(folder.resolve("root"));
        Map<String, Integer> modes = new HashMap<>();
        for (JsonNode layer : manifest.get("Layers")) {
            try (InputStream packed = new GZIPInputStream(Files.newInputStream(folder.resolve(layer.asText())))) {
                modes.putAll(files(packed, root));
            }
        }
        JsonNode config =
                JSON.readTree(folder.resolve(manifest.get("Config").asText()).toFile());
        return new ImageTar(root, config.get("config"), modes);
    }

    /** Files below {@code app} and {@code var}, and what stands beside layers; a base image's are left out. */
    private static Map<String, Integer> files(InputStream tar, Path folder) throws IOException {
        Map<String, Integer> modes = new HashMap<>();
        TarArchiveInputStream entries = new TarArchiveInputStream(new BufferedInputStream(tar));
        for (TarArchiveEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
            String name = entry.getName();
            modes.put("/" + name.replaceFirst("/$", ""), entry.getMode() & 0777);
            boolean ours = !name.contains("/") || name.startsWith("app/") || name.startsWith("var/lib/sluice/");
            if (ours && entry.isFile()) {
                Path file = folder.resolve(name).normalize();
                Files.createDirectories(file.getParent());
                Files.copy(entries, file);
            }
        }
        return modes;
    }

    /** What the container's runtime is told: entry point, user, ports, folder. */
    JsonNode container() {
        return container;
    }

    /** Where a path of the image is here. */
    Path path(String inside) {
        return root.resolve(inside.substring(1));
    }

    int mode(String inside) {
        return modes.getOrDefault(inside, 0);
    }

    List<String> classPath() throws IOException {
        return List.of(Files.readString(path("/app/jib-classpath-file")).strip().split(":"));
    }

    List<String> entryPoint() {
        List<String> words = new ArrayList<>();
        container.get("Entrypoint").forEach(word -> words.add(word.asText()));
        return words;
    }

    /** The entry point with the paths of here. */
    List<String> program() {
        List<String> words = entryPoint();
        words.replaceAll(word -> word.equals("@/app/jib-classpath-file") ? "@" + argumentFile() : word);
        words.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        return words;
    }

    private Path argumentFile() {
        try {
            List<String> here =
                    classPath().stream().map(entry -> path(entry).toString()).toList();
            return Files.writeString(root.resolve("class-path"), String.join(":", here));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
