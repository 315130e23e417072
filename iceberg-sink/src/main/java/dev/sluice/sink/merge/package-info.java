/** Row-level merge by key: what changed upstream, which rows to replace, one fenced commit, and the key index. */
@NullMarked
package dev.sluice.sink.merge;

import org.jspecify.annotations.NullMarked;
