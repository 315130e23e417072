package dev.sluice.embedded.trino;

import dev.sluice.embedded.e2e.TestCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A second listener of a Trino server, with TLS and for holders of a token only. The first one goes on taking users as
 * they come.
 */
final class SecureListener {
    private static final String HMAC = "HmacSHA256";

    private final TestCertificate certificate;
    private final Path keyFile;
    private final byte[] key = new byte[32];
    private final int port = freePort();

    SecureListener(Path folder) {
        new SecureRandom().nextBytes(key);
        this.certificate = new TestCertificate(folder, "of the key store");
        try {
            this.keyFile = Files.writeString(
                    folder.resolve("token-key"), Base64.getEncoder().encodeToString(key));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Settings of the server. */
    Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("http-server.https.enabled", "true");
        settings.put("http-server.https.port", Integer.toString(port));
        settings.put("http-server.https.keystore.path", certificate.keyStore().toString());
        settings.put("http-server.https.keystore.key", certificate.password());
        settings.put("http-server.authentication.type", "JWT");
        settings.put("http-server.authentication.jwt.key-file", keyFile.toString());
        settings.put("http-server.authentication.allow-insecure-over-http", "true");
        settings.put("internal-communication.shared-secret", "of the one node");
        return settings;
    }

    TestCertificate certificate() {
        return certificate;
    }

    String jdbcUrl() {
        return "jdbc:trino://127.0.0.1:" + port + "/" + TrinoServer.CATALOG;
    }

    /** A token of a user, as an identity provider would sign it. */
    String token(String user) {
        String signed = base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + base64(("{\"sub\":\"" + user + "\"}").getBytes(StandardCharsets.UTF_8));
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
