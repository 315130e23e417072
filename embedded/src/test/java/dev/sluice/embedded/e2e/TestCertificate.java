package dev.sluice.embedded.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A self-signed certificate of 127.0.0.1 with its key, and what clients need to trust it. Made by this JDK's keytool.
 */
public final class TestCertificate {
    private final Path folder;
    private final String password;

    /** @param password of the key store */
    public TestCertificate(Path folder, String password) {
        this.folder = folder;
        this.password = password;
        keytool(
                keyStore(),
                "PKCS12",
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=sluice test",
                "-ext",
                "SAN=ip:127.0.0.1,dns:localhost",
                "-validity",
                "2");
        keytool(keyStore(), "PKCS12", "-exportcert", "-rfc", "-file", pem().toString());
        keytool(trustStore(), "JKS", "-importcert", "-noprompt", "-file", pem().toString());
    }

    /** PKCS12, with the key. */
    public Path keyStore() {
        return folder.resolve("server.p12");
    }

    /** The certificate alone. */
    public Path pem() {
        return folder.resolve("trust.pem");
    }

    /** JKS, which a JVM opens without its password. */
    public Path trustStore() {
        return folder.resolve("trust.jks");
    }

    public String password() {
        return password;
    }

    /** For a server. */
    public SSLContext context() {
        try (InputStream file = Files.newInputStream(keyStore())) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(file, password.toCharArray());
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, password.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    /** For a client. */
    public SSLContext trusting() {
        try (InputStream file = Files.newInputStream(trustStore())) {
            KeyStore trusted = KeyStore.getInstance("JKS");
            trusted.load(file, null);
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    private void keytool(Path store, String type, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-alias", "server", "-keystore", store.toString(), "-storetype", type));
        command.addAll(List.of("-storepass", password));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
