/** The checks of the files in compose, as far as they can be made without a Docker engine. */
@NullMarked
package dev.sluice.embedded.compose;

import org.jspecify.annotations.NullMarked;
