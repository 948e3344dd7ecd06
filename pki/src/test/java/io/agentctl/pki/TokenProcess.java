package io.agentctl.pki;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Another process that uses a token: {@code make URI}, {@code find KEY} or {@code destroy KEY}. */
final class TokenProcess {
    private TokenProcess() {}

    @SuppressWarnings("SystemOut") // this is how a process answers
    public static void main(String[] arguments) {
        try {
            switch (arguments[0]) {
                case "make" ->
                    System.out.print(KeyStorage.parse(arguments[1])
                            .generate(KeyType.EC_P256)
                            .text());
                case "find" ->
                    System.out.print(KeyStorage.privateKey(arguments[1]).getAlgorithm());
                default -> KeyStorage.destroy(arguments[1]);
            }
        } catch (PkiException e) {
            System.out.print("failed: " + e.getMessage());
        }
    }

    /** Runs one; returns what it wrote to stdout, and demands that nothing went to stderr. */
    static String run(List<String> options, Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                TokenProcess.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("it hangs: " + output);
        }
        return output;
    }
}
