/** What {@code sluice.yaml} says, as validated records. */
@NullMarked
package dev.sluice.app.config;

import org.jspecify.annotations.NullMarked;
