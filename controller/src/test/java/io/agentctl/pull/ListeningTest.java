package io.agentctl.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentctl.process.Puller;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is said to be closed is closed, however busy the event loop is. */
class ListeningTest {
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    @AfterEach
    void endLoop() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @Test
    void nobodyIsLetInOnceItIsClosed() {
        Channel listener = listener();
        int port = ((InetSocketAddress) listener.localAddress()).getPort();
        CompletableFuture<String> answer = new CompletableFuture<>();
        // Right after the close, before the selector is asked again; the time is how long it takes to be sure that
        // nobody went on meanwhile.
        listener.closeFuture()
                .addListener(closed -> listener.eventLoop()
                        .execute(() -> answer.copy()
                                .completeOnTimeout("", 1, TimeUnit.SECONDS)
                                .join()));

        Listening.close(List.of(listener));
        answer.complete(Puller.announcement(port));

        assertThat(answer).isCompletedWithValue("refused");
    }

    private Channel listener() {
        return new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.close();
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }
}
