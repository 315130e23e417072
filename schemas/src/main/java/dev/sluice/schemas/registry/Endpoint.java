package dev.sluice.schemas.registry;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One address of the registry.
 *
 * @param base without user info and without a slash at the end, so it may be shown
 */
record Endpoint(URI base, Credentials credentials) {
    /** Takes {@code http(s)://[user:password@]host[:port][/path]}; credentials in the address win over those given. */
    static Endpoint parse(String address) {
        try {
            URI uri = new URI(address);
            if (uri.getHost() == null || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                throw notAnAddress();
            }
            String path = Optional.ofNullable(uri.getPath()).orElse("").replaceAll("/+$", "");
            URI base = new URI(uri.getScheme(), null, uri.getHost(), uri.getPort(), path, null, null);
            return new Endpoint(base, ofUserInfo(uri));
        } catch (URISyntaxException e) {
            // The parser's message quotes the address, which may hold a password: it is neither shown nor chained.
            throw notAnAddress();
        }
    }

    Endpoint with(Credentials others) {
        return new Endpoint(base, others);
    }

    URI resolve(String path) {
        return URI.create(base + path);
    }

    private static Credentials ofUserInfo(URI uri) {
        String info = uri.getRawUserInfo();
        if (info == null) {
            return new Credentials.None();
        }
        int colon = info.indexOf(':');
        return colon < 0
                ? new Credentials.Basic(decoded(info), "")
                : new Credentials.Basic(decoded(info.substring(0, colon)), decoded(info.substring(colon + 1)));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static RuntimeException notAnAddress() {
        return RegistryKey.URL.invalid(
                "one of the addresses is not a URL",
                "http://host:port or https://host:port",
                "other text (not shown, it may hold a password)");
    }
}
