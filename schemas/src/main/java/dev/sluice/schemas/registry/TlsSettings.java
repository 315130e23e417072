package dev.sluice.schemas.registry;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The files that say whom to trust and who we are; each is absent where the JVM's standard applies. */
record TlsSettings(Optional<Store> trustStore, Optional<Store> keyStore) {
    /**
     * @param key names the location in an error message
     * @param keyPassword opens the key inside the store
     */
    record Store(
            RegistryKey key,
            String location,
            String type,
            @Nullable String password,
            @Nullable String keyPassword) {
        @Override
        public String toString() {
            return type + " store " + location;
        }
    }

    static TlsSettings read(Map<RegistryKey, String> values) {
        String keyStorePassword = values.get(RegistryKey.KEY_STORE_PASSWORD);
        return new TlsSettings(
                store(
                        values,
                        RegistryKey.TRUST_STORE_LOCATION,
                        RegistryKey.TRUST_STORE_TYPE,
                        values.get(RegistryKey.TRUST_STORE_PASSWORD),
                        null),
                store(
                        values,
                        RegistryKey.KEY_STORE_LOCATION,
                        RegistryKey.KEY_STORE_TYPE,
                        keyStorePassword,
                        values.getOrDefault(RegistryKey.KEY_PASSWORD, keyStorePassword)));
    }

    private static Optional<Store> store(
            Map<RegistryKey, String> values,
            RegistryKey location,
            RegistryKey type,
            @Nullable String password,
            @Nullable String keyPassword) {
        return Optional.ofNullable(values.get(location)).map(file -> {
            String format =
                    Optional.ofNullable(values.get(type)).or(type::standard).orElseThrow();
            return new Store(location, file, format, password, keyPassword);
        });
    }
}
