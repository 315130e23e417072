/** One scenario of the order pipeline, on whatever the compose stack is made of: its containers, or processes. */
@NullMarked
package dev.sluice.embedded.scenario;

import org.jspecify.annotations.NullMarked;
