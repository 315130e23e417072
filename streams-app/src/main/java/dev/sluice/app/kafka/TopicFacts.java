package dev.sluice.app.kafka;

/**
 * What identifies and shapes a topic.
 *
 * @param id another one after the topic was deleted and made anew
 * @param maxMessageBytes largest record batch the topic takes, bytes
 */
public record TopicFacts(String name, String id, int partitions, short replication, int maxMessageBytes) {}
