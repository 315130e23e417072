/**
 * {@code sluice chaos}: a pipeline under load whose processes are killed, paused and cut off at random, then judged.
 */
@NullMarked
package dev.sluice.embedded.chaos;

import org.jspecify.annotations.NullMarked;
