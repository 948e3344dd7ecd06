package io.agentctl.pki;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/** Where in its life a certificate is; decides about renewal and nothing else does. */
public enum RenewalWindow {
    /** Plenty of life is left. */
    NOT_DUE,
    /** It should be renewed, and can be. */
    DUE,
    /** It is too late: nobody accepts it any more, not even for its own renewal. */
    EXPIRED;

    private static final Duration SHORT = Duration.ofDays(45);

    /** What is left to certificates of sites before 2.2, which were never meant to end. */
    private static final Duration ENDLESS = Duration.ofDays(500 * 365L);

    private static final int PARTS_OF_LIFE = 3;

    /**
     * Decides about a certificate.
     *
     * @param certificate the certificate
     * @param now the time
     * @return {@link #DUE} when less than 45 days or a third of its lifetime is left, whichever is shorter, or more than 500 years
     */
    public static RenewalWindow of(X509Certificate certificate, Instant now) {
        Instant start = certificate.getNotBefore().toInstant();
        Instant end = certificate.getNotAfter().toInstant();
        if (now.isAfter(end)) {
            return EXPIRED;
        }
        return Duration.between(now, end).compareTo(leastLeft(start, end)) < 0 || isEndless(end, now) ? DUE : NOT_DUE;
    }

    /**
     * Tells when a certificate will be, or was, due.
     *
     * @param start of its validity
     * @param end of its validity
     * @param now the time
     * @return the moment from which it is {@link #DUE}; now, if it is endless
     */
    public static Instant dueAt(Instant start, Instant end, Instant now) {
        return isEndless(end, now) ? now : end.minus(leastLeft(start, end));
    }

    private static boolean isEndless(Instant end, Instant now) {
        return Duration.between(now, end).compareTo(ENDLESS) > 0;
    }

    private static Duration leastLeft(Instant start, Instant end) {
        Duration third = Duration.between(start, end).dividedBy(PARTS_OF_LIFE);
        return third.compareTo(SHORT) < 0 ? third : SHORT;
    }
}
