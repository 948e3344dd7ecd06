package io.agentctl.cli;

import io.agentctl.Version;
import io.agentctl.cli.manual.Handout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Map;

/** Writes the manual pages and the completions, from what the command line is. The build runs it, no command does. */
public final class ManualWriter {
    private ManualWriter() {}

    /**
     * Writes.
     *
     * @param arguments the folder that becomes what packages have as {@code /usr/share}, and the date of the pages, such as
     *     {@code 2026-11-24} or with a time behind it
     * @throws IOException if it cannot
     */
    public static void main(String[] arguments) throws IOException {
        LocalDate date = LocalDate.parse(arguments[1].split("T", 2)[0]);
        write(Path.of(arguments[0]), date);
    }

    static void write(Path folder, LocalDate date) throws IOException {
        Invocation nobody = new Invocation(Map.of(), new ProcessTerminal(), Clock.systemUTC());
        for (Map.Entry<String, String> file :
                Handout.files(AgentCtl.model(nobody), Version.current(), date).entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
    }
}
