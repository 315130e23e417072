package dev.sluice.app.config;

/**
 * Where the service answers HTTP: console, status, health and metrics.
 *
 * @param bind the address; loopback unless said otherwise, since nothing there asks for a password
 * @param port 0 for none at all
 */
public record HttpConfig(String bind, int port) {
    public static final HttpConfig OFF = new HttpConfig("127.0.0.1", 0);

    public HttpConfig {
        Require.between("port", port, 0, 65_535);
        if (bind.isBlank()) {
            throw Require.invalid("bind", "an address", "nothing");
        }
    }

    public boolean isOn() {
        return port > 0;
    }
}
