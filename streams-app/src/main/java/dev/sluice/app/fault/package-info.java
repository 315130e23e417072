/** Named points at which a test may kill the process. */
@NullMarked
package dev.sluice.app.fault;

import org.jspecify.annotations.NullMarked;
