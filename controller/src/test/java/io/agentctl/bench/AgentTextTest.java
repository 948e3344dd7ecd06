package io.agentctl.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

/** The text is like an agent's: in its beginning, in its sections, in how far it can be compressed. */
class AgentTextTest {
    private static final int LENGTH = 100 * 1024;

    @Test
    void isAlwaysTheSameAndAsLongAsAskedFor() {
        assertThat(AgentText.of(LENGTH)).hasSize(LENGTH).isEqualTo(AgentText.of(LENGTH));
    }

    @Test
    void hasSections() {
        String text = new String(AgentText.of(LENGTH), StandardCharsets.US_ASCII);

        assertThat(text).startsWith("<<<check_mk>>>\nVersion: ").endsWith("\n");
        assertThat(text.lines().filter(line -> line.startsWith("<<<")))
                .containsExactly(
                        "<<<check_mk>>>",
                        "<<<uptime>>>",
                        "<<<cpu>>>",
                        "<<<mem>>>",
                        "<<<df_v2>>>",
                        "<<<lnx_if:sep(58)>>>",
                        "<<<ps_lnx>>>");
    }

    /** Real outputs shrink to a fourth or a third; noise would cost the compressor more, repetition less. */
    @Test
    void compressesAsRealOutputsDo() {
        Deflater deflater = new Deflater(6);
        deflater.setInput(AgentText.of(LENGTH));
        deflater.finish();
        int compressed = deflater.deflate(new byte[LENGTH]);
        deflater.end();

        assertThat(compressed).isBetween(LENGTH / 5, LENGTH / 3);
    }
}
