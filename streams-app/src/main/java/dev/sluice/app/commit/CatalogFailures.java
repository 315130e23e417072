package dev.sluice.app.commit;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import org.apache.iceberg.exceptions.NoSuchTableException;

/** Turns what catalogs and storage throw into {@link SluiceException}s, so that it is known what may pass. */
final class CatalogFailures {
    private static final String ICEBERG = "org.apache.iceberg.";

    private CatalogFailures() {}

    /**
     * The action's answer.
     *
     * @param subject a table, or what else the action is about
     * @throws SluiceException {@code TABLE_MISSING}; {@code CATALOG_UNAVAILABLE} for every other failure of Iceberg's
     *     or of storage; {@code BUG} for the rest
     */
    static <T> T guarded(String subject, String action, Supplier<T> work) {
        try {
            return work.get();
        } catch (SluiceException e) {
            throw e;
        } catch (NoSuchTableException e) {
            throw new SluiceException(
                    ErrorCode.TABLE_MISSING,
                    "[" + subject + "] Cannot " + action
                            + ": the catalog has no such table any more, expected the one that was there before: "
                            + e.getMessage()
                            + ". Register the table again if it was dropped by mistake; see docs/runbooks/stopped-loudly.md.",
                    e);
        } catch (UncheckedIOException e) {
            throw unavailable(subject, action, e);
        } catch (RuntimeException e) {
            if (e.getClass().getName().startsWith(ICEBERG)) {
                throw unavailable(subject, action, e);
            }
            throw new SluiceException(ErrorCode.BUG, "[" + subject + "] Cannot " + action + ": " + e, e);
        }
    }

    private static SluiceException unavailable(String subject, String action, RuntimeException cause) {
        return new SluiceException(
                ErrorCode.CATALOG_UNAVAILABLE,
                "[" + subject + "] Cannot " + action + ": catalog or storage failed: "
                        + cause.getClass().getSimpleName() + ": " + cause.getMessage(),
                cause);
    }
}
