package dev.sluice.embedded.connect;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the folders of this checkout are, whichever folder the tests run in. */
public final class Checkout {
    private Checkout() {}

    /** A file or folder named from the top of the checkout. */
    public static Path path(String relative) {
        return root().resolve(relative);
    }

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        while (here != null) {
            if (Files.isDirectory(here.resolve("connect-config"))) {
                return here;
            }
            here = here.getParent();
        }
        throw new IllegalStateException("Cannot find the checkout: expected a folder connect-config in or above "
                + Path.of("").toAbsolutePath());
    }
}
