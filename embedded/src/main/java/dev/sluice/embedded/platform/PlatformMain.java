package dev.sluice.embedded.platform;

import dev.sluice.error.SluiceException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The platform alone, as a process: {@code <data folder> [<kafka port> <registry port> <catalog port>]}. */
public final class PlatformMain {
    private PlatformMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        PrintStream err = System.err;
        if (arguments.length != 1 && arguments.length != 4) {
            err.println("Usage: <data folder> [<kafka port> <registry port> <catalog port>]");
            System.exit(2);
        }
        try {
            PlatformPorts ports = arguments.length == 1
                    ? PlatformPorts.FREE
                    : new PlatformPorts(
                            Integer.parseInt(arguments[1]),
                            Integer.parseInt(arguments[2]),
                            Integer.parseInt(arguments[3]));
            Platform platform = Platform.start(Path.of(arguments[0]), ports);
            Runtime.getRuntime().addShutdownHook(new Thread(platform::close, "sluice-platform-stop"));
        } catch (NumberFormatException e) {
            err.println("Cannot read the ports: expected numbers, found " + e.getMessage());
            System.exit(2);
        } catch (SluiceException e) {
            err.println(e.code().label() + " " + e.getMessage());
            System.exit(e.kind().exitCode());
        }
        new CountDownLatch(1).await();
    }
}
