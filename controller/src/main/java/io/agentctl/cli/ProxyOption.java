package io.agentctl.cli;

import picocli.CommandLine.Option;

/** The option that lets calls to sites go through a proxy. */
final class ProxyOption {
    @Option(
            names = {"-d", "--detect-proxy"},
            description = "Go through the proxy that HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY name.")
    private boolean detectProxy;

    boolean detectProxy() {
        return detectProxy;
    }
}
