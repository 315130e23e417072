-- What sink-dead-letters.json fills. The key is the dead letter's place in its topic, so writing one twice changes nothing.
CREATE TABLE dead_letters (
    __connect_topic     text   NOT NULL,
    __connect_partition int    NOT NULL,
    __connect_offset    bigint NOT NULL,
    payload             bytea,
    reason              text,
    detail              text,
    schema_id           text,
    source_topic        text,
    source_partition    text,
    source_offset       text,
    PRIMARY KEY (__connect_topic, __connect_partition, __connect_offset)
);

-- The same for the support team, with types.
CREATE VIEW support_dead_letters AS
SELECT source_topic,
       source_partition::int AS source_partition,
       source_offset::bigint AS source_offset,
       reason,
       detail,
       -- The connector writes none where a dead letter names no schema: the columns of its first record are those of all.
       nullif(schema_id, 'none')::int AS schema_id,
       octet_length(payload) AS payload_bytes,
       payload
FROM dead_letters;
