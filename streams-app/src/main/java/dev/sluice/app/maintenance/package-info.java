/**
 * Maintenance of a pipeline's tables: which they are, who needs what of them, and what is still on its way into them.
 */
@NullMarked
package dev.sluice.app.maintenance;

import org.jspecify.annotations.NullMarked;
