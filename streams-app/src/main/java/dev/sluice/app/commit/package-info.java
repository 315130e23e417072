/** The loop of the one leading committer: announcements to table commits. */
@NullMarked
package dev.sluice.app.commit;

import org.jspecify.annotations.NullMarked;
