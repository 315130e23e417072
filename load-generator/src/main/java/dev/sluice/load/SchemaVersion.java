package dev.sluice.load;

/** The schema that a valid event is written with. */
enum SchemaVersion {
    V1,
    V2
}
