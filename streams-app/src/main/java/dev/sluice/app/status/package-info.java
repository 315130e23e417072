/** How fresh every table is and how far it lags, read from the topics and tables themselves. */
@NullMarked
package dev.sluice.app.status;

import org.jspecify.annotations.NullMarked;
