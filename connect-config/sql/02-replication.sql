-- For change data capture; the server needs wal_level = logical. The publications are made here, by the tables' owner, so
-- that the connector's role needs no more than REPLICATION and SELECT.
CREATE PUBLICATION sluice_tables FOR TABLE customers, orders;
CREATE PUBLICATION sluice_outbox FOR TABLE outbox WITH (publish = 'insert');

-- A delete carries the whole last row, not only its key.
ALTER TABLE customers REPLICA IDENTITY FULL;
ALTER TABLE orders REPLICA IDENTITY FULL;
