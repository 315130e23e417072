package dev.sluice.embedded.broker;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The configuration of the one broker: durable where a cluster would be, small and fast to start elsewhere, and with
 * nothing that is deleted by age.
 */
final class BrokerSettings {
    static final int NODE_ID = 1;
    static final String CLIENT_LISTENER = "CLIENT";
    static final String CONTROLLER_LISTENER = "CONTROLLER";

    private static final String TEN_YEARS_MINUTES = String.valueOf(10L * 365 * 24 * 60);

    private BrokerSettings() {}

    /** @param overrides taken last, so that they win over everything here */
    static Map<String, String> of(Path folder, int clientPort, int controllerPort, Map<String, String> overrides) {
        Map<String, String> settings = new HashMap<>();
        String client = "%s://%s:%d".formatted(CLIENT_LISTENER, LoopbackSockets.HOST, clientPort);
        String controller = "%s://%s:%d".formatted(CONTROLLER_LISTENER, LoopbackSockets.HOST, controllerPort);
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", String.valueOf(NODE_ID));
        settings.put("log.dirs", folder.toString());
        settings.put("listeners", client + "," + controller);
        settings.put("advertised.listeners", client);
        settings.put(
                "listener.security.protocol.map",
                "%s:PLAINTEXT,%s:PLAINTEXT".formatted(CLIENT_LISTENER, CONTROLLER_LISTENER));
        settings.put("inter.broker.listener.name", CLIENT_LISTENER);
        settings.put("controller.listener.names", CONTROLLER_LISTENER);
        settings.put("controller.quorum.voters", "%d@%s:%d".formatted(NODE_ID, LoopbackSockets.HOST, controllerPort));
        onlyOneReplica(settings);
        nothingExpires(settings);
        smallAndQuick(settings);
        settings.putAll(overrides);
        return settings;
    }

    private static void onlyOneReplica(Map<String, String> settings) {
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("offsets.topic.num.partitions", "2");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("transaction.state.log.num.partitions", "2");
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        settings.put("share.coordinator.state.topic.num.partitions", "1");
        settings.put("min.insync.replicas", "1");
    }

    private static void nothingExpires(Map<String, String> settings) {
        settings.put("log.retention.ms", "-1");
        settings.put("log.retention.bytes", "-1");
        settings.put("offsets.retention.minutes", TEN_YEARS_MINUTES);
        settings.put("auto.create.topics.enable", "false");
    }

    private static void smallAndQuick(Map<String, String> settings) {
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("group.streams.initial.rebalance.delay.ms", "0");
        // In the two newer protocols the broker, not the client, says when a killed member is given up: 45 s is too
        // long for a demo in which an instance is killed and started again.
        for (String group : new String[] {"consumer", "streams"}) {
            settings.put("group." + group + ".min.session.timeout.ms", "6000");
            settings.put("group." + group + ".session.timeout.ms", "15000");
            settings.put("group." + group + ".min.heartbeat.interval.ms", "1000");
            settings.put("group." + group + ".heartbeat.interval.ms", "3000");
        }
        // After a kill the controller waits for the session of the dead broker to end before it lets the new one in.
        settings.put("broker.session.timeout.ms", "4000");
        settings.put("broker.heartbeat.interval.ms", "1000");
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "4");
        settings.put("background.threads", "2");
        settings.put("group.coordinator.threads", "1");
        settings.put("log.cleaner.dedupe.buffer.size", String.valueOf(16 * 1024 * 1024));
        settings.put("controller.quorum.append.linger.ms", "5");
    }
}
