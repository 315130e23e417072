package dev.sluice.embedded.broker;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * The sockets of the broker, bound before Kafka starts. Kafka has to be told its ports beforehand; a port that is
 * merely looked for could be taken by someone else before Kafka gets there.
 */
final class LoopbackSockets implements ServerSocketFactory, AutoCloseable {
    static final String HOST = "127.0.0.1";

    private final Map<String, ServerSocketChannel> byListener = new ConcurrentHashMap<>();

    /**
     * Binds a port for a listener.
     *
     * @param port 0 for any free one
     * @return the port
     * @throws SluiceException PORT_IN_USE
     */
    int bind(String listener, int port) {
        try {
            ServerSocketChannel channel = ServerSocketChannel.open();
            byListener.put(listener, channel);
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return channel.socket().getLocalPort();
        } catch (IOException e) {
            throw new SluiceException(
                    ErrorCode.PORT_IN_USE,
                    "Cannot start the Kafka broker: port %d of %s cannot be bound, expected a free port, found %s"
                            .formatted(port, HOST, e.getMessage()),
                    e);
        }
    }

    @Override
    public ServerSocketChannel openServerSocket(
            String listener, InetSocketAddress address, int backlog, int receiveBufferBytes) throws IOException {
        ServerSocketChannel channel = byListener.get(listener);
        if (channel == null) {
            throw new IOException("No socket was bound for listener " + listener);
        }
        channel.configureBlocking(false);
        return channel;
    }

    @Override
    public void close() throws IOException {
        for (ServerSocketChannel channel : byListener.values()) {
            channel.close();
        }
    }
}
