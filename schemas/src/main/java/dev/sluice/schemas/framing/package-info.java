/** The five bytes in front of a Kafka value that say which registered schema wrote it. */
@NullMarked
package dev.sluice.schemas.framing;

import org.jspecify.annotations.NullMarked;
