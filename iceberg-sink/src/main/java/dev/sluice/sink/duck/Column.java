package dev.sluice.sink.duck;

import org.apache.iceberg.types.Type;

/** A column that a relation shows: its name and the type it is shown as. */
public record Column(String name, Type type) {}
