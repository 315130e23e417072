/** One contract for every kind of catalog and storage that a configuration can name. */
@NullMarked
package dev.sluice.embedded.storage;

import org.jspecify.annotations.NullMarked;
