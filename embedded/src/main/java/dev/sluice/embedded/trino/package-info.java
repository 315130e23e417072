/**
 * A real Trino server as a child process on the platform's catalog: fetched once by Maven, started on a JDK 25, asked
 * over JDBC.
 */
@NullMarked
package dev.sluice.embedded.trino;

import org.jspecify.annotations.NullMarked;
