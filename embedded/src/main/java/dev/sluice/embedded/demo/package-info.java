/** The commands that run the whole pipeline on the embedded platform: {@code demo} and {@code up}. */
@NullMarked
package dev.sluice.embedded.demo;

import org.jspecify.annotations.NullMarked;
