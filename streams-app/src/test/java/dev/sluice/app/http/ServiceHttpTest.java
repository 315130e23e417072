package dev.sluice.app.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.app.config.ConfigFile;
import dev.sluice.app.config.HttpConfig;
import dev.sluice.app.status.PipelineStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who reaches the console and the metrics when nobody has said who may. */
class ServiceHttpTest {
    @Test
    void without_an_address_only_this_machine_reaches_console_and_metrics() throws IOException {
        int port = freePort();
        HttpConfig http =
                ConfigFile.parse("t.yaml", """
                kafka: {bootstrap.servers: "a:1"}
                http: {port: %d}
                sources: [{name: orders}]
                """.formatted(port), Map.of()).http();

        try (ServiceHttp server = ServiceHttp.start(http, nothingToSee(), Clock.systemUTC())) {
            URI uri = server.uri();
            assertThat(uri).hasPort(port);
            assertThat(InetAddress.getByName(uri.getHost()).isLoopbackAddress()).isTrue();
            connect(uri.getHost(), port);
            for (String other : otherAddresses()) {
                assertThatThrownBy(() -> connect(other, port)).as(other).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void an_address_that_is_asked_for_is_the_one_that_listens() throws IOException {
        int port = freePort();

        try (ServiceHttp server =
                ServiceHttp.start(new HttpConfig("0.0.0.0", port), nothingToSee(), Clock.systemUTC())) {
            assertThat(server.uri()).hasPort(port);
            for (String other : otherAddresses()) {
                connect(other, port);
            }
        }
    }

    /** This machine's, but for 127.0.0.1: a server that is bound to that does not answer at the others. */
    private static List<String> otherAddresses() throws IOException {
        List<String> addresses = new ArrayList<>();
        for (NetworkInterface one : NetworkInterface.networkInterfaces().toList()) {
            one.inetAddresses()
                    .filter(address -> address instanceof java.net.Inet4Address)
                    .map(InetAddress::getHostAddress)
                    .filter(address -> !address.equals("127.0.0.1"))
                    .forEach(addresses::add);
        }
        if (System.getProperty("os.name").equals("Linux")) {
            // All of 127/8 is the machine itself there, so there is always one to try.
            addresses.add("127.0.0.2");
        }
        return addresses;
    }

    private static void connect(String host, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), 2_000);
        }
    }

    private static ServiceHttp.Views nothingToSee() {
        return new ServiceHttp.Views(
                Optional::empty, Optional::empty, () -> new PipelineStatus(List.of(), List.of()), reach -> List.of());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
