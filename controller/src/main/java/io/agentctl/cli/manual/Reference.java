package io.agentctl.cli.manual;

import java.util.List;

/** What is true of all commands and stands in no option: the manual page and the topics of the help say it in the same words. */
final class Reference {
    /** What it is for. */
    static final String ABOUT =
            "A Checkmk agent prints its host's state as plain text. agent-ctl stands in front of the agent: it"
                    + " registers the host at a site by exchanging a certificate request for a certificate, and from then on hands the agent's"
                    + " output to that site alone, over mutually authenticated TLS on port 6556, or sends it to sites that want that.";

    /** What root should know. */
    static final String ROOT =
            "Started as root, every command becomes the owner of the home directory /var/lib/cmk-agent, so that no"
                    + " file there ends up as root's.";

    /** Where to go on. */
    static final String ASK_THE_DOCTOR =
            "When in doubt: 'agent-ctl doctor' looks at every link from the agent to the sites, and says"
                    + " what is wrong and how to mend it.";

    /** Variables that are obeyed. */
    static final List<Entry> ENVIRONMENT = List.of(
            new Entry(
                    "AGENT_CTL_ALLOW_ROOT",
                    "'true' or 'false', like --allow-root of daemon and pull: serve even as root, which is refused otherwise."),
            new Entry(
                    "AGENT_CTL_JAVA_OPTS",
                    "Further options for the JVM, separated by blanks. The native executable takes the properties among them (-D)."),
            new Entry(
                    "AGENT_CTL_LOG",
                    "How much of the log is told, such as 'info,pull=debug', like --log-level, which wins."),
            new Entry(
                    "AGENT_CTL_LOG_FORMAT",
                    "What the log looks like: 'plain', 'journald' or 'json', like --log-format, which wins."),
            new Entry(
                    "AGENT_CTL_STRICT_PERMISSIONS", "'true' or 'false', like --strict-permissions of daemon and pull."),
            new Entry(
                    "DEBUG_CONNECTION_TIMEOUT",
                    "Seconds for the handshake of a pull, and for every write: 20 if it is not set."),
            new Entry(
                    "DEBUG_HOME_DIR",
                    "Another home directory; the agent's default socket is then run/check-mk-agent.socket below it."),
            new Entry(
                    "DEBUG_MAX_CONNECTIONS",
                    "How many connections one address may have at the same time: 3 if it is not set."),
            new Entry(
                    "HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY",
                    "The way to the sites, where --detect-proxy or the setting 'detect_proxy' asks for it; in small letters, too."),
            new Entry("JAVA_HOME", "The Java to try before the one on the PATH, where the package brings none along."),
            new Entry(
                    "NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID",
                    "Set by systemd: who is told how the service is doing, and how often."),
            new Entry("NO_COLOR", "If it is not empty, doctor writes no colours to a terminal."));

    /** Files that are read and written. */
    static final List<Entry> FILES = List.of(
            new Entry(
                    "/var/lib/cmk-agent",
                    "The home directory, for its owner alone; on Windows %ProgramData%\\checkmk\\agent."),
            new Entry(
                    "/var/lib/cmk-agent/cmk-agent-ctl.toml",
                    "The settings, read at the start and at SIGHUP. The packages make it a link to /etc/agent-ctl/cmk-agent-ctl.toml, which shows and"
                            + " explains nearly all of them."),
            new Entry(
                    "/var/lib/cmk-agent/registered_connections.json",
                    "The connections with their private keys, for their owner alone."),
            new Entry(
                    "/var/lib/cmk-agent/pre_configured_connections.json",
                    "Sites where the daemon registers the host by itself."),
            new Entry(
                    "/var/lib/cmk-agent/allow-legacy-pull",
                    "Left by delete-all --enable-insecure-connections: anyone is served, in the clear, until a site is registered."),
            new Entry(
                    "/var/lib/cmk-agent/agent-ctl.socket",
                    "Where the running service tells what it does, to its own user: 'status --verbose' asks there."),
            new Entry("/run/check-mk-agent.socket", "Where the agent answers."));

    /** What most failures say, and what to do about them. The words are those of the messages. */
    static final List<Entry> FAILURES = List.of(
            new Entry(
                    "connection refused; is the site running, and is this its agent receiver's port?",
                    "Nobody listens there. 'omd status SITE' at the site tells whether it runs, 'omd config SITE show"
                            + " AGENT_RECEIVER_PORT' its port (usually 8000), which --server HOST:PORT takes."),
            new Entry(
                    "no answer; is a firewall in between?",
                    "Let TCP connections from this host to the agent receiver's port through; or go through a proxy, with"
                            + " --detect-proxy."),
            new Entry(
                    "is unknown; is it spelt right, and does this host's DNS work?",
                    "Ask 'getent hosts SERVER'; or give --server an IP address."),
            new Entry(
                    "cannot find out the agent receiver's port of",
                    "The site's web server does not tell the port. Name it: --server HOST:8000, for instance."),
            new Entry(
                    "check the user name and the password or token",
                    "The site knows no such user, or another password. For an automation user the password is its automation secret."),
            new Entry(
                    "does the user have the permission, and is the host's configuration active at the site?",
                    "Make the host at the site, activate the changes, and use a user whose role may register hosts."),
            new Entry(
                    "check the names of the site and the host",
                    "--site is the name in the site's URL, --hostname the host's name in the site's configuration, to the letter."),
            new Entry(
                    "there is no terminal to ask whether the certificate is trusted",
                    "Scripts say whom to trust: --trust-fingerprint with the fingerprint that the site shows, or --trust-cert."),
            new Entry(
                    "is not trusted:",
                    "Whoever answers has not shown a certificate of the site that this host is registered at. If the site got a new CA,"
                            + " register this host again; if not, find out who is in between before anything else."),
            new Entry(
                    "is this host's clock right?",
                    "Certificates hold from one moment to another: set the clock, and let NTP keep it."),
            new Entry(
                    "cannot listen on",
                    "Another program has the port: stop it (the agent's own socket unit, inetd or xinetd often have port 6556), or choose"
                            + " another port with the setting pull_port or --port."),
            new Entry(
                    "will not serve as root",
                    "Run the service as the owner of the home directory, as the packages' unit does; --allow-root is for containers that"
                            + " have no other user."),
            new Entry(
                    "does not exist; install and start the agent, or name another source with --agent",
                    "The agent's socket is missing. With systemd: 'systemctl enable --now check-mk-agent.socket'; without:"
                            + " --agent exec:/usr/bin/check_mk_agent, or the setting 'agent'."),
            new Entry(
                    "may not write to the agent's socket",
                    "Run the command as root, which becomes the right user, or as that user: 'sudo -u cmk-agent agent-ctl COMMAND'."),
            new Entry(
                    "cannot write",
                    "The reason follows: make room, or let the owner of the home directory write there. Nothing was changed."),
            new Entry(
                    "another process has kept",
                    "A registration or a renewal is under way: wait for its end, or stop it."),
            new Entry("there is no connection", "'status' lists those there are, as server/site or by their UUID."),
            new Entry("unexpected failure:", "That is a defect: please report it, with what -vvv prints."));

    private Reference() {}
}
