/** Keeping tables fast and small: compaction, manifests, expiry of snapshots, removal of orphans. */
@NullMarked
package dev.sluice.sink.maintenance;

import org.jspecify.annotations.NullMarked;
