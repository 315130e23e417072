/** Where the models of a pipeline run, by its configuration. */
@NullMarked
package dev.sluice.app.model;

import org.jspecify.annotations.NullMarked;
