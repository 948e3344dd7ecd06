package io.agentctl.doctor;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ReceiverAddress;
import io.agentctl.net.HttpProxy;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.pki.Identity;
import io.agentctl.pki.PkiException;
import io.agentctl.pki.RenewalWindow;
import io.agentctl.receiver.HttpAgentReceiver;
import io.agentctl.receiver.HttpSites;
import io.agentctl.receiver.ReceiverException;
import io.agentctl.receiver.RegistrationReply;
import io.agentctl.receiver.RegistrationStatus.NotRegistered;
import io.agentctl.receiver.RegistrationStatus.Registered;
import io.agentctl.receiver.UnreachableException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One connection: what we hold, the way to the site, and what the site knows.
 *
 * @param connection the connection
 * @param sites how to reach sites
 * @param environment the proxies that would be used if they were to be used
 * @param clock tells the time
 */
record ConnectionExamination(Connection connection, HttpSites sites, ProxyEnvironment environment, Clock clock)
        implements Examination {
    /** The daemon looks once a day, and tries again within hours. */
    private static final Duration RENEWED_WITHIN = Duration.ofDays(2);

    /** No certificate is due earlier for its end. */
    private static final Duration NEAR = Duration.ofDays(45);

    /** No certificate cares about less. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(1);

    @Override
    public String subject() {
        return "Connection " + connection.name();
    }

    @Override
    public List<Finding> look() {
        List<Finding> findings = new ArrayList<>();
        boolean usable = lookAtOurSide(findings);
        Optional<ReceiverAddress> receiver = connection.receiver();
        if (receiver.isEmpty()) {
            findings.add(Finding.ok("imported: which site it belongs to is not known, so none is asked"));
        } else if (usable) {
            lookAtTheWay(receiver.get(), findings);
            lookAtTheSite(receiver.get(), findings);
        }
        return findings;
    }

    private boolean lookAtOurSide(List<Finding> findings) {
        try {
            Identity identity = connection.identity();
            connection.trust(clock);
            findings.add(lifetime(identity.certificate()));
            return true;
        } catch (PkiException e) {
            findings.add(Finding.failure(e.getMessage()).mendedBy(registerAgain()));
            return false;
        }
    }

    private Finding lifetime(X509Certificate certificate) {
        Instant now = clock.instant();
        Instant start = certificate.getNotBefore().toInstant();
        Instant end = certificate.getNotAfter().toInstant();
        boolean renewable = connection.receiver().isPresent();
        if (now.isBefore(start)) {
            return Finding.failure("our certificate is not valid before " + start + ": is this host's clock right?")
                    .mendedBy("see what the clock says: timedatectl, or date");
        }
        if (RenewalWindow.of(certificate, now) == RenewalWindow.EXPIRED) {
            return Finding.failure("our certificate ended on " + end).mendedBy(registerAgain());
        }
        // Endless ones are due for another reason, and lose nothing by waiting.
        boolean ends = Duration.between(now, end).compareTo(NEAR) < 0;
        if (renewable && ends && RenewalWindow.of(certificate, now.minus(RENEWED_WITHIN)) == RenewalWindow.DUE) {
            return Finding.warning("our certificate, which ends on " + end + ", has been due for renewal for over "
                            + RENEWED_WITHIN.toDays() + " days: the daemon does not run, or cannot renew it")
                    .mendedBy("run: " + Command.of("renew-certificate " + connection.name()));
        }
        if (!renewable && ends && RenewalWindow.of(certificate, now) == RenewalWindow.DUE) {
            return Finding.warning("our certificate ends on " + end + ", and imported connections are not renewed")
                    .mendedBy(registerAgain());
        }
        return Finding.ok("key and certificate belong together and to this UUID; the certificate ends on " + end);
    }

    private void lookAtTheWay(ReceiverAddress receiver, List<Finding> findings) {
        String server = receiver.siteId().server();
        try {
            Optional<HttpProxy> proxy = sites.proxies().proxyFor("https", server, receiver.port());
            if (proxy.isPresent()) {
                findings.add(Finding.ok("the way to " + server + " is through the proxy " + proxy.get()));
                return;
            }
            InetAddress[] addresses = InetAddress.getAllByName(bare(server));
            findings.add(Finding.ok(server + " is "
                    + Arrays.stream(addresses).map(InetAddress::getHostAddress).collect(Collectors.joining(" and "))));
        } catch (UnknownHostException e) {
            findings.add(Finding.failure("the name " + server + " is unknown here")
                    .mendedBy("see what this host's DNS says: getent hosts " + server));
        } catch (IllegalArgumentException e) {
            findings.add(Finding.failure(e.getMessage()));
        }
    }

    private void lookAtTheSite(ReceiverAddress receiver, List<Finding> findings) {
        try {
            HttpAgentReceiver site = sites.receiverOf(connection);
            RegistrationReply reply = site.registrationReply(connection.uuid());
            findings.add(Finding.ok("the agent receiver at " + receiver + " answers, and is whom we trust"));
            reply.siteTime().ifPresent(time -> findings.add(clocks(time)));
            if (reply.status() instanceof Registered registered) {
                findings.add(registered(registered));
            } else if (reply.status() instanceof NotRegistered) {
                findings.add(Finding.failure("the site does not know this connection (any more)")
                        .mendedBy(registerAgain() + "; or forget it: " + Command.of("delete " + connection.name())));
            }
        } catch (UnreachableException e) {
            findings.add(Finding.failure(e.getMessage() + unusedProxy(receiver)));
        } catch (ReceiverException | PkiException e) {
            findings.add(Finding.failure(e.getMessage()));
        }
    }

    private Finding clocks(Instant siteTime) {
        Duration ahead = Duration.between(siteTime, clock.instant());
        if (ahead.abs().compareTo(CLOCK_TOLERANCE) <= 0) {
            return Finding.ok("the clocks of host and site agree");
        }
        return Finding.warning("this host's clock is " + ahead.abs().toSeconds() + " s "
                        + (ahead.isNegative() ? "behind" : "ahead of") + " the site's, and certificates stand on it")
                .mendedBy("run: timedatectl set-ntp true");
    }

    private Finding registered(Registered registered) {
        if (registered.mode() == connection.kind().mode()) {
            return Finding.ok("the site knows it as host '" + registered.hostName() + "', "
                    + registered.mode().label());
        }
        return Finding.failure("the site has it as " + registered.mode().label() + ", this host as "
                        + connection.kind().mode().label())
                .mendedBy(registerAgain());
    }

    private String unusedProxy(ReceiverAddress receiver) {
        if (!sites.proxies().equals(ProxyEnvironment.DIRECT)) {
            return "";
        }
        return environment
                        .proxyFor("https", receiver.siteId().server(), receiver.port())
                        .isEmpty()
                ? ""
                : "; the environment names a proxy, which only --detect-proxy or detect_proxy = true uses";
    }

    private String registerAgain() {
        return connection
                .receiver()
                .map(receiver -> "run: " + Command.of(receiver.registering()))
                .orElse("register it again by proxy-register on a host that reaches the site, and import that here");
    }

    private static String bare(String server) {
        return server.startsWith("[") ? server.substring(1, server.length() - 1) : server;
    }
}
