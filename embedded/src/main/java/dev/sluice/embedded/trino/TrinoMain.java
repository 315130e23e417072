package dev.sluice.embedded.trino;

import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The main class of the child process. It runs on Trino's class path, apart from ours, so it uses nothing but the JDK
 * and finds the server by name. It ends when its standard input does, which is when its parent is gone, however the
 * parent went.
 */
public final class TrinoMain {
    private static final String SERVER = "io.trino.server.Server";

    private TrinoMain() {}

    /** Starts the server of the version that the one argument names. */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        Thread guard = new Thread(TrinoMain::endWithParent, "sluice-parent-guard");
        guard.setDaemon(true);
        guard.start();
        Class<?> server = Class.forName(SERVER);
        Object instance = server.getConstructor().newInstance();
        server.getMethod("start", String.class).invoke(instance, arguments[0]);
    }

    private static void endWithParent() {
        try {
            while (System.in.read() >= 0) {
                // The parent never writes: all that can arrive is the end.
            }
        } catch (IOException e) {
            Logger.getLogger(TrinoMain.class.getName()).log(Level.FINE, "Standard input broke: the parent is gone", e);
        }
        System.exit(0);
    }
}
