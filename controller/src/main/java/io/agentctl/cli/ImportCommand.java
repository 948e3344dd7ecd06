package io.agentctl.cli;

import io.agentctl.config.Overrides;
import io.agentctl.connection.Connection;
import io.agentctl.connection.ConnectionRegistry;
import io.agentctl.registration.ProxiedConnection;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Takes over a connection that another machine registered for this host. */
@Command(
        name = "import",
        description = "Take over a connection that 'proxy-register' made for this host, and serve its site.",
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ${ROOT-COMMAND-NAME} import connection.json",
            "  ssh gateway ${ROOT-COMMAND-NAME} proxy-register --server monitoring.example.com --site prod --hostname web1 \\",
            "      --ott 0:2a5c9d6e --trust-cert | ${ROOT-COMMAND-NAME} import"
        })
final class ImportCommand implements Callable<Integer> {
    /** Far more than any connection takes, in bytes. */
    private static final int MAX_SIZE = 1024 * 1024;

    private final Invocation invocation;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "What 'proxy-register' printed; standard input without it.")
    private Path file;

    ImportCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        LoadedSettings loaded = LoadedSettings.of(invocation, Overrides.NONE);
        ConnectionRegistry registry = loaded.guardedRegistry();
        Connection connection = ProxiedConnection.fromJson(text());
        registry.add(connection);
        return ExitCode.SUCCESS;
    }

    private String text() throws CommandException {
        String source = file == null ? "standard input" : file.toString();
        try (InputStream in = file == null ? invocation.terminal().in() : Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_SIZE + 1);
            if (bytes.length > MAX_SIZE) {
                throw new CommandException(
                        source + " holds more than " + MAX_SIZE / 1024 + " KiB and is no connection");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new CommandException("cannot read " + source + ": no such file");
        } catch (AccessDeniedException e) {
            throw new CommandException(
                    "cannot read " + source + ": permission denied for user '" + System.getProperty("user.name") + "'");
        } catch (IOException e) {
            throw new CommandException("cannot read " + source + ": " + e.getMessage());
        }
    }
}
