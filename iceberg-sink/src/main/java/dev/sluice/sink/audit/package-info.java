/** Checks of the promises on live tables, by code that the writers of those tables do not use. */
@NullMarked
package dev.sluice.sink.audit;

import org.jspecify.annotations.NullMarked;
