package dev.sluice.app.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.app.commit.CommitStatus;
import dev.sluice.app.config.HttpConfig;
import dev.sluice.app.ingest.IngestStatus;
import dev.sluice.app.status.CostJson;
import dev.sluice.app.status.PipelineStatus;
import dev.sluice.app.status.StatusJson;
import dev.sluice.app.status.TableCost;
import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import io.prometheus.metrics.exporter.httpserver.MetricsHandler;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP side of a running service. It changes nothing and asks for no password, so it binds to loopback by default.
 */
public final class ServiceHttp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceHttp.class);
    private static final Duration FRESH = Duration.ofSeconds(3);
    private static final Duration COSTS_FRESH = Duration.ofSeconds(20);
    private static final Duration COST_REACH = Duration.ofDays(1);
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json";
    private static final String HTML = "text/html; charset=utf-8";

    private final HttpServer server;
    private final ExecutorService threads;

    private ServiceHttp(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /** What the server shows. */
    public record Views(
            Supplier<Optional<IngestStatus>> ingest,
            Supplier<Optional<CommitStatus>> committer,
            Supplier<PipelineStatus> tables,
            Function<Duration, List<TableCost>> costs) {}

    /**
     * Starts serving.
     *
     * @throws SluiceException {@code PORT_IN_USE}
     */
    public static ServiceHttp start(HttpConfig config, Views views, InstantSource clock) {
        HttpServer server = bind(config);
        ExecutorService threads = Executors.newFixedThreadPool(2, task -> {
            Thread thread = new Thread(task, "sluice-http");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        Cached<PipelineStatus> status = new Cached<>(views.tables(), FRESH, clock);
        Cached<List<TableCost>> costs = new Cached<>(() -> views.costs().apply(COST_REACH), COSTS_FRESH, clock);
        PrometheusRegistry registry = new PrometheusRegistry();
        new ServiceMetrics(registry, clock)
                .jvm()
                .ingest(views.ingest())
                .committer(views.committer())
                .tables(status::get);
        server.createContext("/metrics", new MetricsHandler(registry));
        server.createContext("/health/live", exchange -> answer(exchange, 200, TEXT, "alive\n"));
        server.createContext("/health/ready", exchange -> {
            Health health = Health.of(views.ingest().get(), views.committer().get());
            answer(
                    exchange,
                    health.ready() ? 200 : 503,
                    TEXT,
                    (health.ready() ? "ready" : String.join("\n", health.reasons())) + "\n");
        });
        server.createContext(
                "/api/status",
                exchange -> guarded(exchange, () -> StatusJson.of(status.get()).toString()));
        server.createContext(
                "/api/cost",
                exchange -> guarded(
                        exchange, () -> CostJson.of(COST_REACH, costs.get()).toString()));
        server.createContext("/", ServiceHttp::console);
        server.start();
        return new ServiceHttp(server, threads);
    }

    private static HttpServer bind(HttpConfig config) {
        try {
            return HttpServer.create(new InetSocketAddress(config.bind(), config.port()), 16);
        } catch (BindException e) {
            throw new SluiceException(
                    ErrorCode.PORT_IN_USE,
                    "Cannot serve the console on %s:%d: the port is in use or the address is not this machine's, expected a free one (key http.port, or SLUICE_HTTP_PORT)"
                            .formatted(config.bind(), config.port()),
                    e);
        } catch (IOException e) {
            throw new SluiceException(
                    ErrorCode.PORT_IN_USE,
                    "Cannot serve the console on %s:%d: %s".formatted(config.bind(), config.port(), e.getMessage()),
                    e);
        }
    }

    /** Where the console is. */
    public URI uri() {
        InetSocketAddress address = server.getAddress();
        String host = address.getHostString();
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort());
    }

    private static void console(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestURI().getPath().equals("/")) {
            answer(
                    exchange,
                    404,
                    TEXT,
                    "There is /, /api/status, /api/cost, /metrics, /health/live and /health/ready.\n");
            return;
        }
        try (InputStream page = ServiceHttp.class.getResourceAsStream("console.html")) {
            if (page == null) {
                throw new IOException("the console's page is not on the class path");
            }
            answer(exchange, 200, HTML, new String(page.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static void guarded(HttpExchange exchange, Supplier<String> body) throws IOException {
        try {
            answer(exchange, 200, JSON, body.get());
        } catch (RuntimeException e) {
            LOG.atDebug().setCause(e).log("a request could not be answered");
            answer(exchange, 503, TEXT, "Cannot read the status: " + e.getMessage() + "\n");
        }
    }

    private static void answer(HttpExchange exchange, int code, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(code, head ? -1 : bytes.length);
        if (!head) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
