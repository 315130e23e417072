/** SQL models: read and checked from the analysts' folder, run in the order of their refs. */
@NullMarked
package dev.sluice.sink.model;

import org.jspecify.annotations.NullMarked;
