package io.agentctl.registration;

import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.connection.ReceiverAddress;
import io.agentctl.connection.Registry;
import io.agentctl.connection.RegistryException;
import io.agentctl.connection.SiteId;
import io.agentctl.pki.FirstContact;
import io.agentctl.pki.PeerCheck;
import io.agentctl.pki.Pem;
import io.agentctl.pki.PkiException;
import io.agentctl.pki.SiteTrust;
import io.agentctl.receiver.AgentReceiver;
import io.agentctl.receiver.ReceiverException;
import io.agentctl.receiver.RegistrationStatus;
import io.agentctl.receiver.Sites;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/** Brings the registry to what the pre-configured connections want, as far as the sites go along; one that does not stops no other. */
public final class AutoRegistration {
    private static final Logger LOG = Logger.getLogger("io.agentctl.registration");

    private final PreConfigured wanted;
    private final ConnectionRegistry registry;
    private final Registration registration;
    private final TargetSites targets;
    private final Sites sites;
    private final Pause pause;
    private final Clock clock;

    /**
     * @param wanted what the file wants
     * @param registry where connections are stored
     * @param registration registers
     * @param targets how sites are reached that do not know this host
     * @param sites how sites are reached that do
     * @param pause waits between two questions to a site
     * @param clock tells which certificates have expired
     */
    public AutoRegistration(
            PreConfigured wanted,
            ConnectionRegistry registry,
            Registration registration,
            TargetSites targets,
            Sites sites,
            Pause pause,
            Clock clock) {
        this.wanted = wanted;
        this.registry = registry;
        this.registration = registration;
        this.targets = targets;
        this.sites = sites;
        this.pause = pause;
        this.clock = clock;
    }

    /**
     * Deletes the connections that are not wanted, unless others are to be kept.
     *
     * @throws RegistryException if the registry cannot be changed
     */
    public void deleteOthers() throws RegistryException {
        Set<SiteId> named =
                wanted.targets().stream().map(PreConfigured.Target::siteId).collect(Collectors.toSet());
        if (!wanted.keepsOthers() && registry.read().connections().stream().anyMatch(other -> isOther(other, named))) {
            registry.updateIfDifferent(present -> {
                present.connections().stream()
                        .filter(other -> isOther(other, named))
                        .forEach(other -> LOG.warning(() ->
                                "connection " + other.name() + " is not among the pre-configured ones: it is deleted"));
                return present.without(other -> isOther(other, named));
            });
        }
    }

    /**
     * Registers wherever this host is not registered, or with a certificate that has expired; corrects ports elsewhere.
     *
     * @return the sites where that failed, with the reason logged; try those again later
     * @throws InterruptedException if interrupted
     */
    public List<SiteId> attempt() throws InterruptedException {
        List<SiteId> failed = new ArrayList<>();
        for (PreConfigured.Target target : wanted.targets()) {
            try {
                attempt(target);
            } catch (ReceiverException | RegistrationException | PkiException | RegistryException e) {
                LOG.warning(() -> "pre-configured connection " + target.siteId() + ": " + e.getMessage());
                failed.add(target.siteId());
            }
        }
        return failed;
    }

    /** Returns whether any pre-configured connection is without a valid certificate. */
    public boolean isDue() throws RegistryException {
        Registry present = registry.read();
        return wanted.targets().stream()
                .anyMatch(target -> present.find(target.siteId().toString())
                        .filter(this::isValid)
                        .isEmpty());
    }

    private void attempt(PreConfigured.Target target)
            throws ReceiverException, RegistrationException, PkiException, RegistryException, InterruptedException {
        Optional<Connection> present = registry.read().find(target.siteId().toString());
        ReceiverAddress address = address(target, present);
        if (present.isPresent()
                && isValid(present.get())
                && isRegistered(present.get().at(address))) {
            correctPort(present.get(), address);
            return;
        }
        registry.checkChangeable();
        Connection connection = registration.ofNewHost(
                address,
                targets.stranger(address, recognition(target)),
                trust -> targets.stranger(address, trust),
                target.credentials(),
                AgentLabels.of(wanted.labels()),
                pause);
        registry.add(connection);
        LOG.info(() -> "pre-configured connection " + target.siteId() + ": registered");
    }

    private ReceiverAddress address(PreConfigured.Target target, Optional<Connection> present)
            throws ReceiverException {
        if (target.port().isPresent()) {
            return new ReceiverAddress(target.siteId(), target.port().get());
        }
        try {
            return targets.discover(target.siteId());
        } catch (ReceiverException e) {
            // Where the site's web server cannot be reached, what was known last is the best that is known.
            return present.flatMap(Connection::receiver).orElseThrow(() -> e);
        }
    }

    /** While the site was asked, the connection may have been renewed, replaced or deleted: that stands. */
    private void correctPort(Connection connection, ReceiverAddress address) throws RegistryException {
        if (!connection.receiver().equals(Optional.of(address))) {
            registry.updateIfDifferent(registered -> registered
                    .find(address.siteId().toString())
                    .filter(current -> current.uuid().equals(connection.uuid()))
                    .map(current -> registered.with(current.at(address)))
                    .orElse(registered));
        }
    }

    private boolean isRegistered(Connection connection) throws ReceiverException, PkiException {
        AgentReceiver receiver = sites.receiverOf(connection);
        return receiver.registrationStatus(connection.uuid()) instanceof RegistrationStatus.Registered;
    }

    private boolean isValid(Connection connection) {
        try {
            Pem.certificates(connection.rootCert());
            return clock.instant()
                    .isBefore(connection.identity().certificate().getNotAfter().toInstant());
        } catch (PkiException e) {
            // What cannot be used has to be registered anew, like what has expired.
            return false;
        }
    }

    private PeerCheck recognition(PreConfigured.Target target) throws PkiException {
        if (target.rootCert().isPresent()) {
            return SiteTrust.pinnedTo(Pem.certificates(target.rootCert().get()), clock);
        }
        LOG.warning(() -> "pre-configured connection " + target.siteId()
                + " names no root_cert: whoever answers is taken for the site and given the credentials");
        return new FirstContact(Optional.empty(), clock);
    }

    private static boolean isOther(Connection connection, Set<SiteId> named) {
        return connection.siteId().filter(named::contains).isEmpty();
    }
}
