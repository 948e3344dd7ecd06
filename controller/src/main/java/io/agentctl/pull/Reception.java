package io.agentctl.pull;

import io.agentctl.agent.AgentSource;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.InetAddress;
import java.util.concurrent.Executor;
import java.util.logging.Logger;

/**
 * What whoever has been admitted meets: TLS, then the gate, then the pull. In legacy mode the pull alone.
 *
 * @param settings what the operator chose
 * @param contexts the connections' TLS; for the event loop of the channels
 * @param agent where the output comes from
 * @param tasks where pulls run, which block
 * @param log where it is told how they went
 */
record Reception(PullSettings settings, TlsContexts contexts, AgentSource agent, Executor tasks, Logger log) {
    /** Marks pullers that are handed output. */
    static final AttributeKey<Boolean> SERVED = AttributeKey.valueOf("served");

    /**
     * Receives somebody.
     *
     * @param channel a new channel
     * @param puller its remote address
     * @param inTheClear whether the output is handed out to anybody, without TLS
     */
    void welcome(Channel channel, InetAddress puller, boolean inTheClear) {
        if (!inTheClear) {
            channel.pipeline()
                    .addLast("server-name", new ServerNameHandler(contexts))
                    .addLast("gate", new TlsGate(puller.getHostAddress(), settings.timeout(), log));
        }
        channel.pipeline().addLast("pull", new PullHandler(ready -> task(ready, puller), tasks));
    }

    private PullTask task(Channel channel, InetAddress puller) {
        channel.attr(SERVED).set(true);
        String connection = channel.attr(ServerNameHandler.CONNECTION).get();
        boolean tls = connection != null;
        return new PullTask(
                channel,
                puller,
                (tls ? "pull of " + connection : "legacy pull") + " by " + puller.getHostAddress(),
                agent,
                tls ? Payload.framed(channel.alloc(), settings.compression()) : Payload.raw(channel.alloc()),
                settings.timeout(),
                log);
    }
}
