/** Dead letters: how a rejected record is written to its topic and read back. */
@NullMarked
package dev.sluice.app.dlq;

import org.jspecify.annotations.NullMarked;
