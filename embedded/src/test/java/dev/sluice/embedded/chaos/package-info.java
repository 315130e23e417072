/** The service under every fault that has a name, judged by the audit and the tables that the load's seed says. */
@NullMarked
package dev.sluice.embedded.chaos;

import org.jspecify.annotations.NullMarked;
