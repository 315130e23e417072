package dev.sluice.embedded.ingest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;

/**
 * A text that stands in every piece of personal data of a test, looked for in bytes of all kinds: as they are,
 * unzipped, out of base 64, and inside the formats of a warehouse. It is short, since the bounds of columns are cut
 * off.
 */
final class Marker {
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]{8,}={0,2}");

    private final String text;

    Marker(String text) {
        this.text = text;
    }

    /** As it is, for the many lines of a log. */
    boolean in(String line) {
        return line.contains(text);
    }

    boolean in(byte[] bytes) {
        String content = new String(bytes, StandardCharsets.ISO_8859_1);
        if (content.contains(text)) {
            return true;
        }
        Matcher token = BASE64.matcher(content);
        while (token.find()) {
            if (decoded(token.group()).contains(text)) {
                return true;
            }
        }
        return false;
    }

    private static String decoded(String token) {
        try {
            String standard = token.replace('-', '+').replace('_', '/');
            return new String(Base64.getDecoder().decode(standard), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException notBase64) {
            return "";
        }
    }

    /** The files under a folder that hold the marker in any way. */
    List<Path> filesBelow(Path folder) {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                if (in(file)) {
                    found.add(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private boolean in(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        String name = file.getFileName().toString();
        if (in(bytes)) {
            return true;
        }
        if (name.endsWith(".parquet")) {
            return inParquet(file);
        }
        if (name.endsWith(".avro")) {
            return inAvro(bytes);
        }
        if (name.contains(".gz")) {
            return in(new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes());
        }
        return false;
    }

    /** Every column of every row, and the statistics. */
    private boolean inParquet(Path file) {
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duck.createStatement()) {
            return counts(
                            statement,
                            "SELECT count(*) FROM read_parquet('%s') AS r WHERE contains(CAST(r AS VARCHAR), '%s')"
                                    .formatted(file, text))
                    || counts(
                            statement,
                            "SELECT count(*) FROM parquet_metadata('%s') AS r WHERE contains(CAST(r AS VARCHAR), '%s')"
                                    .formatted(file, text));
        } catch (SQLException e) {
            throw new AssertionError("Cannot look into " + file, e);
        }
    }

    private static boolean counts(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1) > 0;
        }
    }

    private boolean inAvro(byte[] bytes) throws IOException {
        try (DataFileStream<Object> entries =
                new DataFileStream<>(new ByteArrayInputStream(bytes), new GenericDatumReader<>())) {
            for (Object entry : entries) {
                if (entry.toString().contains(text)) {
                    return true;
                }
            }
        }
        return false;
    }
}
