/**
 * Checks of the promises on live tables. The audited rows are read by Iceberg's generic reader, which no writer uses;
 * the inputs of a model that is computed anew are read as the engine reads them.
 */
@NullMarked
package dev.sluice.sink.audit;

import org.jspecify.annotations.NullMarked;
