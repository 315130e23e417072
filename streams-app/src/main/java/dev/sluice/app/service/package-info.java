/** The service put together: ingest, committer and models of one pipeline in one process. */
@NullMarked
package dev.sluice.app.service;

import org.jspecify.annotations.NullMarked;
