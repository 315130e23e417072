/** The message that carries closed data files and their offset range from ingest to the committer. */
@NullMarked
package dev.sluice.app.announce;

import org.jspecify.annotations.NullMarked;
