/** Waiting and trying again while a neighbour is away. */
@NullMarked
package dev.sluice.app.retry;

import org.jspecify.annotations.NullMarked;
