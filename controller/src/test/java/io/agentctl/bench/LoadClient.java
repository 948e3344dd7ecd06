package io.agentctl.bench;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentctl.bench.Server.Wire;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Pulls as sites do, by Python over OpenSSL: a full handshake with the site's certificate for every pull, the host's UUID as server name,
 * all that comes checked afterwards. Java's own TLS would take several times the CPU time of the servers under test, and be what is
 * measured.
 */
final class LoadClient implements AutoCloseable {
    private static final String PYTHON = "python3";
    private static final double NANOS_PER_SECOND = 1e9;

    /** What a server still does when its client has seen the end: work of compilers above all, which belongs to a pull's cost. */
    private static final int AFTERMATH_IN_MILLIS = 80;

    private final CpuClock cpu;
    private final Process process;
    private final Writer jobs;
    private final BufferedReader answers;

    /**
     * What the client is made of.
     *
     * @param agentCa file with the CA of the hosts' certificates
     * @param site file with certificate and key of who pulls
     * @param stranger file with those of somebody else
     * @param text file with what the agent writes
     */
    record Papers(Path agentCa, Path site, Path stranger, Path text) {}

    /**
     * What to do.
     *
     * @param server what to pull from
     * @param hosts whom to ask for, in turn
     * @param clients how many pull at the same time
     * @param pulls how many in all
     */
    record Load(Server server, List<UUID> hosts, int clients, int pulls) {}

    LoadClient(Papers files, Path folder, CpuClock cpu) throws IOException {
        this.cpu = cpu;
        Path script = folder.resolve("load.py");
        try (InputStream resource = LoadClient.class.getResourceAsStream("load.py")) {
            Files.copy(resource, script);
        }
        process = new ProcessBuilder(
                        PYTHON,
                        script.toString(),
                        files.agentCa().toString(),
                        files.site().toString(),
                        files.stranger().toString(),
                        files.text().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        jobs = process.outputWriter(StandardCharsets.US_ASCII);
        answers = process.inputReader(StandardCharsets.US_ASCII);
    }

    /** Pulls; every pull must bring the agent's text. */
    Batch pull(Load load) throws IOException, InterruptedException {
        return measured(load, job(load));
    }

    /** Pulls once what is too large to keep; only its length is checked. */
    Batch stream(Server server, UUID host, long length) throws IOException, InterruptedException {
        Load load = new Load(server, List.of(host), 1, 1);
        Map<String, Object> job = job(load);
        job.put("length", length);
        return measured(load, job);
    }

    /** Returns whether a stranger is refused, as it must be: whoever serves anyone has less to do. */
    boolean isStrangerRefused(Server server, UUID host) throws IOException {
        Map<String, Object> job = job(new Load(server, List.of(host), 1, 1));
        job.put("stranger", true);
        return !ask(job).get("error").equals("");
    }

    private Batch measured(Load load, Map<String, Object> job) throws IOException, InterruptedException {
        long serverBegin = cpu.nanos(load.server().process());
        long ownBegin = cpu.ownNanos();
        Map<String, Object> answer = ask(job);
        TimeUnit.MILLISECONDS.sleep(AFTERMATH_IN_MILLIS);
        double own = (cpu.ownNanos() - ownBegin) / NANOS_PER_SECOND;
        double server = (cpu.nanos(load.server().process()) - serverBegin) / NANOS_PER_SECOND;
        if (!answer.get("error").equals("")) {
            throw new IOException("a pull from " + load.server().name() + " failed: " + answer.get("error") + "\n"
                    + load.server().log());
        }
        return new Batch(
                numbers(answer.get("first_byte_ms")),
                numbers(answer.get("total_ms")),
                ((Number) answer.get("bytes")).longValue(),
                number(answer.get("wall_s")),
                server,
                own + number(answer.get("cpu_s")));
    }

    private static Map<String, Object> job(Load load) {
        Map<String, Object> job = new LinkedHashMap<>();
        job.put("port", load.server().address().getPort());
        job.put("framed", load.server().wire() == Wire.FRAMED);
        job.put("hosts", load.hosts().stream().map(UUID::toString).toList());
        job.put("clients", load.clients());
        job.put("pulls", load.pulls());
        return job;
    }

    private synchronized Map<String, Object> ask(Map<String, Object> job) throws IOException {
        jobs.write(JSON.std.asString(job) + "\n");
        jobs.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the load client has ended");
        }
        return JSON.std.mapFrom(answer);
    }

    private static List<Double> numbers(Object list) {
        return ((List<?>) list).stream().map(LoadClient::number).toList();
    }

    private static double number(Object value) {
        return ((Number) value).doubleValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
