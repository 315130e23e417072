/** Putting dead letters back: exactly once each, and knowing what became of them. */
@NullMarked
package dev.sluice.app.replay;

import org.jspecify.annotations.NullMarked;
