/** Measurements of this installation on this machine, as commands. */
@NullMarked
package dev.sluice.embedded.bench;

import org.jspecify.annotations.NullMarked;
