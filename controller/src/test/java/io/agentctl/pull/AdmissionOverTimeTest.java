package io.agentctl.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.audit.Cause;
import io.agentctl.net.IpNetwork;
import io.agentctl.pull.Admission.Refusal;
import io.agentctl.pull.PullSettings.AllowList;
import io.agentctl.pull.PullSettings.Door;
import io.agentctl.pull.PullSettings.Limits;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is remembered of addresses that fail, whom it is held against, and for how long. */
class AdmissionOverTimeTest {
    private static final int FAILURES = 4;
    private static final InetAddress STRANGER = at("192.0.2.1");

    private final AtomicLong now =
            new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(30).toNanos());
    private final Admission admission = new Admission(
            new Door(0, List.of(), AllowList.ANYONE, new Limits(3, 5, 1, FAILURES), false, Optional.empty()), now::get);

    @Test
    void failuresAreForgivenOneByOne() {
        fail(STRANGER, FAILURES);
        assertThat(cause(STRANGER)).contains(Cause.TOO_MANY_FAILURES);

        pass(Duration.ofSeconds(14));
        assertThat(cause(STRANGER)).contains(Cause.TOO_MANY_FAILURES);

        pass(Duration.ofSeconds(2));
        assertThat(cause(STRANGER)).isEmpty();
        admission.failed(STRANGER);
        admission.leave(STRANGER);
        assertThat(cause(STRANGER)).contains(Cause.TOO_MANY_FAILURES);
    }

    @Test
    void nobodyElsePaysForThem() {
        fail(STRANGER, FAILURES);

        assertThat(cause(at("192.0.2.2"))).isEmpty();
    }

    /** Whoever has one IPv6 address has its /64 as a rule. */
    @Test
    void ipv6CountsByNetwork() {
        fail(at("2001:db8::1"), FAILURES / 2);
        fail(at("2001:db8::ffff:1"), FAILURES / 2);

        assertThat(cause(at("2001:db8::2"))).contains(Cause.TOO_MANY_FAILURES);
        assertThat(cause(at("2001:db8:0:1::1"))).isEmpty();
        assertThat(cause(at("::ffff:192.0.2.1"))).isEmpty();
        assertThat(cause(at("192.0.2.1"))).isEmpty();
        assertThat(cause(at("192.0.2.1"))).isEmpty();
        assertThat(cause(at("::ffff:192.0.2.1"))).contains(Cause.TOO_MANY_FROM_ADDRESS);
    }

    @Test
    void whoBehavesLeavesNothingBehind() {
        assertThat(cause(STRANGER)).isEmpty();
        assertThat(admission.remembered()).isEqualTo(1);
        admission.leave(STRANGER);
        assertThat(admission.remembered()).isZero();

        fail(STRANGER, 1);
        assertThat(admission.remembered()).isEqualTo(1);
        pass(Duration.ofMinutes(1));
        assertThat(cause(at("192.0.2.2"))).isEmpty();
        assertThat(admission.remembered()).isEqualTo(1);
    }

    /** Nor can they push out whoever is remembered already. */
    @Test
    void addressesBeyondTheBoundAreNotRemembered() {
        fail(STRANGER, FAILURES);
        for (int i = 0; i < Admission.MOST_REMEMBERED + 1000; i++) {
            fail(at("10." + i / 65_536 + "." + i / 256 % 256 + "." + i % 256), 1);
        }

        assertThat(admission.remembered()).isLessThanOrEqualTo(Admission.MOST_REMEMBERED + 1);
        assertThat(cause(STRANGER)).contains(Cause.TOO_MANY_FAILURES);
        assertThat(cause(at("192.0.2.7"))).isEmpty();
    }

    @Test
    void allTogetherAreBounded() {
        for (int i = 0; i < 5; i++) {
            assertThat(admission.enter()).isEmpty();
        }
        assertThat(admission.enter())
                .contains(new Refusal(Cause.TOO_MANY_CONNECTIONS, "there are already 5 connections (max_connections)"));
        admission.leave();
        assertThat(admission.enter()).isEmpty();
    }

    private void fail(InetAddress address, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(admission.enter(address)).isEmpty();
            admission.failed(address);
            admission.leave(address);
        }
    }

    private Optional<Cause> cause(InetAddress address) {
        return admission.enter(address).map(Refusal::cause);
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private static InetAddress at(String address) {
        return IpNetwork.parse(address).address();
    }
}
