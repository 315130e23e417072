package dev.sluice.embedded.registry;

/**
 * A schema as one version of a subject.
 *
 * @param deleted no longer listed, but still there for those who ask for deleted ones
 */
record Registration(String subject, int version, int id, SchemaDocument document, boolean deleted) {
    Registration softDeleted() {
        return new Registration(subject, version, id, document, true);
    }
}
