package io.agentctl.executable;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import org.junit.jupiter.api.Test;

class MappedPagesTest {
    private static final String FILE = "/opt/agent ctl/native/agent-ctl";

    @Test
    void onlyWhatComesBackFromTheFile() throws Exception {
        MappedPages pages = pages(mapping("5616da4a0000-5616db520000 r-xp", FILE, 0)
                + mapping("7fdf08c80000-7fdf093eb000 r--p", FILE, 0)
                // What the loader has changed would be lost.
                + mapping("5616db528000-5616db529000 r--p", FILE, 4)
                + mapping("7fdf09573000-7fdf09f07000 rw-p", FILE, 0)
                + mapping("7fdf0a000000-7fdf0a001000 ---p", FILE, 0)
                + mapping("7fdf0b000000-7fdf0b001000 r-xp", "/usr/lib/libc.so.6", 0)
                + mapping("7fdf0c000000-7fdf0c001000 r-xp", FILE + " (deleted)", 0)
                + mapping("7fdf0d000000-7fdf0d001000 r--p", "", 0)
                + mapping("ffffffffff600000-ffffffffff601000 r--p", FILE, 0));

        assertThat(pages.ranges())
                .containsExactly(
                        new MappedPages.Range(0x5616da4a0000L, 0x5616db520000L),
                        new MappedPages.Range(0x7fdf08c80000L, 0x7fdf093eb000L),
                        new MappedPages.Range(0xffffffffff600000L, 0xffffffffff601000L));
    }

    @Test
    void nothingIsKnownOfNothing() throws Exception {
        assertThat(pages("").ranges()).isEmpty();
    }

    @Test
    void aJvmHasNone() {
        MappedPages pages = MappedPages.ofThis();
        pages.giveBack();

        assertThat(pages.ranges()).isEmpty();
    }

    private static MappedPages pages(String smaps) throws IOException {
        return MappedPages.of(FILE, new BufferedReader(new StringReader(smaps)));
    }

    private static String mapping(String begin, String file, int anonymous) {
        return String.format(
                "%s 00220000 fe:00 1179794                    %s%nSize:              16896 kB%nRss:               11328 kB%n"
                        + "Anonymous: %12d kB%nVmFlags: rd ex mr mw me sd%n",
                begin, file, anonymous);
    }
}
