/** Models as MERGE INTO on a Trino cluster. */
@NullMarked
package dev.sluice.sink.model.trino;

import org.jspecify.annotations.NullMarked;
