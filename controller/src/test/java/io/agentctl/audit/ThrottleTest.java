package io.agentctl.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.audit.Throttle.Decision;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Some of many are told one by one, and how many the others were. */
class ThrottleTest {
    private static final Decision TOLD = new Decision(true, 0);
    private static final Decision COUNTED = new Decision(false, 0);

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);
    private final Throttle throttle = new Throttle(2, now::get);

    @Test
    void tellsSoManyOfEachCauseInAMinute() {
        assertThat(throttle.next(Cause.HANDSHAKE_FAILED)).isEqualTo(TOLD);
        assertThat(throttle.next(Cause.HANDSHAKE_FAILED)).isEqualTo(TOLD);
        assertThat(throttle.next(Cause.HANDSHAKE_FAILED)).isEqualTo(COUNTED);
        assertThat(throttle.next(Cause.HANDSHAKE_FAILED)).isEqualTo(COUNTED);
        assertThat(throttle.next(Cause.UNKNOWN_SERVER_NAME)).isEqualTo(TOLD);

        pass(Duration.ofSeconds(59));
        assertThat(throttle.next(Cause.HANDSHAKE_FAILED)).isEqualTo(COUNTED);

        pass(Duration.ofSeconds(1));
        assertThat(throttle.next(Cause.HANDSHAKE_FAILED)).isEqualTo(new Decision(true, 3));
        assertThat(throttle.next(Cause.HANDSHAKE_FAILED)).isEqualTo(TOLD);
        assertThat(throttle.next(Cause.HANDSHAKE_FAILED)).isEqualTo(COUNTED);
    }

    @Test
    void tellsAtTheEndWhatIsLeft() {
        for (int i = 0; i < 7; i++) {
            throttle.next(Cause.ENDED_EARLY);
        }
        throttle.next(Cause.HANDSHAKE_FAILED);

        assertThat(throttle.rest()).isEqualTo(Map.of(Cause.ENDED_EARLY, 5L));
        assertThat(throttle.rest()).isEmpty();
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }
}
