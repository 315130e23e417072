/**
 * The one exception of Sluice and its numbered codes. Bad data is a value (for example {@code Decoded.Rejected}); a
 * broken system is a {@link dev.sluice.error.SluiceException}.
 */
@NullMarked
package dev.sluice.error;

import org.jspecify.annotations.NullMarked;
