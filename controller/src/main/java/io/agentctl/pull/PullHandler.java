package io.agentctl.pull;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * The innermost handler: starts the pull when the channel becomes active for it, which {@link TlsGate} delays until the puller is
 * authenticated, and ends it when the puller goes away. What a puller sends is ignored: the protocol gives it nothing to say.
 */
final class PullHandler extends ChannelInboundHandlerAdapter {
    private final Function<Channel, PullTask> tasks;
    private final Executor executor;
    private PullTask task;

    PullHandler(Function<Channel, PullTask> tasks, Executor executor) {
        this.tasks = tasks;
        this.executor = executor;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        task = tasks.apply(ctx.channel());
        executor.execute(task);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (task != null) {
            task.cancel();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
