/** What the service answers over HTTP: the console, its status as JSON, health for probes, metrics for Prometheus. */
@NullMarked
package dev.sluice.app.http;

import org.jspecify.annotations.NullMarked;
