/** Landing against a real broker, registry and catalog, with instances that come, go and are killed. */
package dev.sluice.embedded.ingest;
