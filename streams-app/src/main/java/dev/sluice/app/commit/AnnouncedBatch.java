package dev.sluice.app.commit;

import dev.sluice.app.announce.Announcement;

/**
 * An announcement and its place in the announcement topic.
 *
 * @param offset in the one partition
 */
record AnnouncedBatch(long offset, Announcement announcement) {}
