package dev.sluice.schemas.registry;

import org.apache.avro.Schema;

/**
 * A schema as one version of a subject.
 *
 * @param version counts within the subject, from 1
 * @param id global in the registry; the same schema under several subjects has one id
 */
public record RegisteredSchema(String subject, int version, int id, Schema schema) {}
