package dev.sluice.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SingleFlightTest {
    private final SingleFlight<Integer, String> flights = new SingleFlight<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void aFailureIsSharedWithThoseWhoWaitedForIt() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        SluiceException failure = new SluiceException(ErrorCode.REGISTRY_UNAVAILABLE, "down");
        Future<SluiceException> first = threads.submit(() -> failureOf(() -> {
            started.countDown();
            await(gate);
            throw failure;
        }));
        started.await();
        AtomicReference<Thread> waiter = new AtomicReference<>();
        Future<SluiceException> second = threads.submit(() -> {
            waiter.set(Thread.currentThread());
            return failureOf(() -> "its own answer");
        });
        awaitWaiting(waiter);
        gate.countDown();

        assertThat(first.get()).isSameAs(failure);
        assertThat(second.get().code()).isEqualTo(ErrorCode.REGISTRY_UNAVAILABLE);
        assertThat(second.get()).hasMessage("down").hasCause(failure);
        assertThat(flights.get(1, () -> "up again")).isEqualTo("up again");
    }

    @Test
    void theInterruptionOfTheThreadThatAsksMakesTheNextOneAsk() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        threads.submit(() -> failureOf(() -> {
            started.countDown();
            await(gate);
            Thread.currentThread().interrupt();
            throw new SluiceException(ErrorCode.REGISTRY_UNAVAILABLE, "interrupted");
        }));
        started.await();
        AtomicReference<Thread> waiter = new AtomicReference<>();
        Future<String> second = threads.submit(() -> {
            waiter.set(Thread.currentThread());
            return flights.get(1, () -> "its own answer");
        });
        awaitWaiting(waiter);
        gate.countDown();

        assertThat(second.get()).isEqualTo("its own answer");
    }

    private SluiceException failureOf(Supplier<String> load) {
        return catchThrowableOfType(SluiceException.class, () -> flights.get(1, load));
    }

    private static void await(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitWaiting(AtomicReference<Thread> waiter) {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (waiter.get() == null || waiter.get().getState() != Thread.State.WAITING) {
            assertThat(System.nanoTime()).as("the thread never waited").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
