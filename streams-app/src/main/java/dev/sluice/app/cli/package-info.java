/** The command line: what a person types, what it prints, and the exit code it ends with. */
@NullMarked
package dev.sluice.app.cli;

import org.jspecify.annotations.NullMarked;
