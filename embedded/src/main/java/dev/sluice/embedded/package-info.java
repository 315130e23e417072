/** The whole platform in one JVM, and the command line that comes with it. Nothing depends on this module. */
@NullMarked
package dev.sluice.embedded;

import org.jspecify.annotations.NullMarked;
