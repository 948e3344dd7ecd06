package io.agentctl.executable;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.graalvm.nativeimage.c.function.CFunction;
import org.graalvm.word.PointerBase;
import org.graalvm.word.UnsignedWord;
import org.graalvm.word.WordFactory;

/**
 * The pages of a native executable's file that are in this process's memory. The kernel brings in sixteen wherever one is looked at, and two thirds of
 * them are of no use after the start.
 *
 * @param ranges where they are mapped: only what cannot be written, and was not while the executable was loaded, so that it comes back from the file
 */
public record MappedPages(List<Range> ranges) {
    private static final Logger LOG = Logger.getLogger("io.agentctl.pull");
    private static final Path SELF = Path.of("/proc/self");

    private static final Pattern BLANKS = Pattern.compile(" +");

    /** Copies them. */
    public MappedPages {
        ranges = List.copyOf(ranges);
    }

    /**
     * Addresses of memory.
     *
     * @param begin the first byte
     * @param end the byte after the last one
     */
    public record Range(long begin, long end) {}

    /** Returns this process's, none if it is no native executable or the system does not tell. */
    public static MappedPages ofThis() {
        if (!NativeExecutable.isThis()) {
            return new MappedPages(List.of());
        }
        try (BufferedReader smaps = Files.newBufferedReader(SELF.resolve("smaps"))) {
            return of(SELF.resolve("exe").toRealPath().toString(), smaps);
        } catch (IOException e) {
            LOG.log(Level.FINEST, e, () -> "cannot tell what is mapped of the executable: " + e);
            return new MappedPages(List.of());
        }
    }

    /**
     * Finds a file's.
     *
     * @param file whose
     * @param smaps the text of {@code /proc/PID/smaps}, see proc(5)
     * @throws IOException if that cannot be read
     */
    static MappedPages of(String file, BufferedReader smaps) throws IOException {
        List<Range> ranges = new ArrayList<>();
        Range range = null;
        for (String line = smaps.readLine(); line != null; line = smaps.readLine()) {
            String[] words = BLANKS.split(line, 6);
            if (!words[0].endsWith(":")) {
                range = words.length == 6 && words[5].equals(file) && words[1].startsWith("r-")
                        ? range(words[0])
                        : null;
            } else if (range != null && words[0].equals("Anonymous:") && words[1].equals("0")) {
                ranges.add(range);
            }
        }
        return new MappedPages(ranges);
    }

    private static Range range(String words) {
        int dash = words.indexOf('-');
        return new Range(
                Long.parseUnsignedLong(words, 0, dash, 16),
                Long.parseUnsignedLong(words, dash + 1, words.length(), 16));
    }

    /** Gives them back to the kernel, which keeps them as it keeps all files that were read; those that are needed come again. */
    public void giveBack() {
        for (Range range : ranges) {
            boolean given = Kernel.madvise(
                            WordFactory.pointer(range.begin()),
                            WordFactory.unsigned(range.end() - range.begin()),
                            Kernel.DONT_NEED)
                    == 0;
            LOG.fine(() -> "of the executable's file " + (range.end() - range.begin()) / 1024 + " KiB are "
                    + (given ? "given back" : "kept by the kernel"));
        }
    }

    /** A class of its own, since a JVM cannot load it. */
    private static final class Kernel {
        /** See madvise(2). */
        static final int DONT_NEED = 4;

        private Kernel() {}

        @CFunction(value = "madvise", transition = CFunction.Transition.NO_TRANSITION)
        static native int madvise(PointerBase address, UnsignedWord length, int advice);
    }
}
