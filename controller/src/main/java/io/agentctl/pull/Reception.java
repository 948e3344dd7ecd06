package io.agentctl.pull;

import io.agentctl.agent.AgentSource;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * What whoever has been admitted meets: TLS, then the gate, then the pull. In legacy mode the pull alone.
 *
 * @param settings what the operator chose
 * @param contexts the connections' TLS as it stands at each handshake; for the event loop of the channels
 * @param agent where the output comes from
 * @param runs how many more runs of the agent there may be
 * @param tasks where pulls run, which block
 */
record Reception(
        PullSettings settings, Supplier<TlsContexts> contexts, AgentSource agent, Semaphore runs, Executor tasks) {
    /** Marks pullers that are handed output. */
    static final AttributeKey<Boolean> SERVED = AttributeKey.valueOf("served");

    /**
     * Receives somebody.
     *
     * @param channel a new channel
     * @param visit who that is
     * @param inTheClear whether the output is handed out to anybody, without TLS
     */
    void welcome(Channel channel, Visit visit, boolean inTheClear) {
        if (!inTheClear) {
            channel.pipeline()
                    .addLast(HandshakeLimit.NAME, new HandshakeLimit(visit))
                    .addLast("server-name", new ServerNameHandler(contexts, visit))
                    .addLast("gate", new TlsGate(visit, settings.timeout()));
        }
        channel.pipeline().addLast("pull", new PullHandler(ready -> task(ready, visit, !inTheClear), tasks));
    }

    private PullTask task(Channel channel, Visit visit, boolean tls) {
        channel.attr(SERVED).set(true);
        return new PullTask(
                channel,
                visit,
                agent,
                runs,
                tls ? Payload.framed(channel.alloc(), settings.compression()) : Payload.raw(channel.alloc()),
                settings.timeout());
    }
}
