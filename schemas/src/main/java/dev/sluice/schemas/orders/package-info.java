/** The Avro contracts of the order pipeline that Sluice ships with, as parsed schemas. */
@NullMarked
package dev.sluice.schemas.orders;

import org.jspecify.annotations.NullMarked;
