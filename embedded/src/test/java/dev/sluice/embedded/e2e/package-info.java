/** The main job end to end: the commands as people type them, killed, starved and given bad input. */
@org.jspecify.annotations.NullMarked
package dev.sluice.embedded.e2e;
