package io.agentctl.registration;

import io.agentctl.connection.ReceiverAddress;
import io.agentctl.connection.SiteId;
import io.agentctl.net.ProxyEnvironment;
import io.agentctl.pki.PeerCheck;
import io.agentctl.receiver.AgentReceiver;
import io.agentctl.receiver.HttpAgentReceiver;
import io.agentctl.receiver.PortDiscovery;
import io.agentctl.receiver.ReceiverException;
import io.agentctl.receiver.Timeouts;
import io.agentctl.site.SimulatedSite;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Reaches simulated sites over real HTTPS; a site that is not among them cannot be found. */
final class SimulatedTargets implements TargetSites {
    private final List<SimulatedSite> sites;
    private final List<SiteId> discovered = new CopyOnWriteArrayList<>();

    SimulatedTargets(SimulatedSite... sites) {
        this.sites = Arrays.asList(sites);
    }

    /** The sites whose port was asked for. */
    List<SiteId> discovered() {
        return List.copyOf(discovered);
    }

    @Override
    public ReceiverAddress discover(SiteId siteId) throws ReceiverException {
        discovered.add(siteId);
        Optional<ReceiverAddress> known = sites.stream()
                .map(SimulatedSite::address)
                .filter(address -> address.siteId().equals(siteId))
                .findFirst();
        // Through a proxy that is not there, it fails as it does for a server that is not there.
        return known.isPresent()
                ? known.get()
                : new PortDiscovery(
                                false,
                                new ProxyEnvironment(Map.of("ALL_PROXY", "http://localhost:1", "NO_PROXY", "")),
                                Timeouts.BRISK)
                        .discover(siteId);
    }

    @Override
    public AgentReceiver stranger(ReceiverAddress address, PeerCheck check) {
        return new HttpAgentReceiver(address, check, Optional.empty(), ProxyEnvironment.DIRECT, Timeouts.PATIENT);
    }
}
