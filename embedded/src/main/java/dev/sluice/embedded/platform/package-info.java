/**
 * Broker, registry and catalog together, on one data folder that one process holds. Start reading at {@code Platform}.
 */
@NullMarked
package dev.sluice.embedded.platform;

import org.jspecify.annotations.NullMarked;
