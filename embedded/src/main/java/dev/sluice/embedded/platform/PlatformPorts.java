package dev.sluice.embedded.platform;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;

/** The ports of the platform on 127.0.0.1; 0 stands for any free one. */
public record PlatformPorts(int kafka, int registry, int catalog) {
    public static final PlatformPorts FREE = new PlatformPorts(0, 0, 0);

    public PlatformPorts {
        check("kafka", kafka);
        check("registry", registry);
        check("catalog", catalog);
    }

    private static void check(String service, int port) {
        if (port < 0 || port > 65_535) {
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID,
                    "Cannot use port %d for %s: expected 0 to 65535, 0 for any free one".formatted(port, service));
        }
    }
}
