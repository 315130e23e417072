package dev.sluice.schemas.registry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Opens the stores of {@link TlsSettings}. */
final class TlsContext {
    private TlsContext() {}

    static SSLContext open(TlsSettings settings) {
        KeyManager @Nullable [] keys =
                settings.keyStore().map(TlsContext::keyManagers).orElse(null);
        TrustManager @Nullable [] trust =
                settings.trustStore().map(TlsContext::trustManagers).orElse(null);
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no TLS", e);
        }
    }

    private static KeyManager[] keyManagers(TlsSettings.Store store) {
        try {
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(load(store), characters(store.keyPassword()));
            return factory.getKeyManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw unusable(store, e);
        }
    }

    private static TrustManager[] trustManagers(TlsSettings.Store store) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store.type().equals("PEM") ? certificates(store) : load(store));
            return factory.getTrustManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw unusable(store, e);
        }
    }

    private static KeyStore load(TlsSettings.Store store) throws GeneralSecurityException, IOException {
        KeyStore keys = KeyStore.getInstance(store.type());
        try (InputStream file = Files.newInputStream(Path.of(store.location()))) {
            keys.load(file, characters(store.password()));
        }
        return keys;
    }

    private static KeyStore certificates(TlsSettings.Store store) throws GeneralSecurityException, IOException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        try (InputStream file = Files.newInputStream(Path.of(store.location()))) {
            int count = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(file)) {
                keys.setCertificateEntry("certificate-" + count++, certificate);
            }
        }
        return keys;
    }

    private static char @Nullable [] characters(@Nullable String password) {
        return password == null ? null : password.toCharArray();
    }

    private static RuntimeException unusable(TlsSettings.Store store, Exception cause) {
        return store.key()
                .invalid(
                        "the file cannot be opened",
                        "a %s file and its password".formatted(store.type()),
                        "%s (%s)".formatted(store.location(), cause));
    }
}
