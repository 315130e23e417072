/** A client of any schema registry that speaks Confluent's REST interface. */
@NullMarked
package dev.sluice.schemas.registry;

import org.jspecify.annotations.NullMarked;
