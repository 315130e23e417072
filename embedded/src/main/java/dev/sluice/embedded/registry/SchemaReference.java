package dev.sluice.embedded.registry;

/** That a schema uses a type of another one, registered as the version of a subject. */
record SchemaReference(String name, String subject, int version) {}
