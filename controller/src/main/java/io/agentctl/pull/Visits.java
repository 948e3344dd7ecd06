package io.agentctl.pull;

import io.agentctl.activity.Activity;
import io.agentctl.audit.AuditEvent;
import io.agentctl.audit.AuditLog;
import io.agentctl.audit.Cause;
import io.agentctl.audit.Field;
import io.agentctl.audit.Throttle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.logging.Logger;

/**
 * Where pullers' visits are told, in the log and for the audit. Refusals are many when somebody floods the port, so not all of them are told one by one.
 *
 * @param log tells people
 * @param audit tells those who account for it
 * @param activity counts all of them
 * @param throttle decides which refusals are told
 * @param suspect is given the address of whoever was refused for what only strangers do
 * @param nanoTime as {@link System#nanoTime}
 */
record Visits(
        Logger log,
        AuditLog audit,
        Activity activity,
        Throttle throttle,
        Consumer<InetAddress> suspect,
        LongSupplier nanoTime) {
    /** Refusals of one cause that are told in a minute. */
    static final int TOLD_PER_MINUTE = 30;

    /** Visits that nobody hears of: for practice. */
    static Visits unheard(Logger log) {
        return new Visits(
                log,
                AuditLog.NONE,
                Activity.unasked(),
                new Throttle(TOLD_PER_MINUTE, System::nanoTime),
                address -> {},
                System::nanoTime);
    }

    /** Begins a visit. */
    Visit from(InetSocketAddress peer) {
        return new Visit(this, peer);
    }

    /** Tells what is to be told of refusals that nobody was told of one by one. */
    void tellSuppressed(Cause cause, long count) {
        activity.leftUntold(count);
        log.info(() -> "refused " + count + " more for the same reason: " + cause.label());
        audit.record(AuditEvent.of(AuditEvent.Kind.SUPPRESSED)
                .with(Field.CAUSE, cause.label())
                .with(Field.COUNT, count));
    }

    /** Tells what is left to tell. */
    void end() {
        throttle.rest().forEach(this::tellSuppressed);
    }
}
