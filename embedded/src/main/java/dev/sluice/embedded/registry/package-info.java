/**
 * A schema registry of one process and one file, speaking Confluent's REST interface: the embedded platform's, and the
 * judge of the client in {@code dev.sluice.schemas.registry}.
 */
@NullMarked
package dev.sluice.embedded.registry;

import org.jspecify.annotations.NullMarked;
