package dev.sluice.app.retry;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waiting that ends at once when the service is asked to stop. Safe for use by several threads. */
public final class Pause {
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** Ends every wait, now and later. */
    public void stop() {
        stopped.countDown();
    }

    public boolean isStopped() {
        return stopped.getCount() == 0;
    }

    /**
     * Waits.
     *
     * @return false when the service was asked to stop meanwhile; an interrupt counts as that and is kept
     */
    public boolean await(Duration time) {
        try {
            return !stopped.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
