package io.agentctl.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A human at a terminal, played by Python: it waits for questions and types answers, with the terminal's echo as it is then. */
public final class PseudoTerminal {
    private static final String PYTHON = "python3";

    /** Arguments: count of pairs, question and answer of each, then the command. What the terminal shows goes to stdout. */
    private static final String SCRIPT = """
            import os, pty, signal, sys
            pairs = int(sys.argv[1])
            dialogue = sys.argv[2:2 + 2 * pairs]
            pid, terminal = pty.fork()
            if pid == 0:
                # Whoever runs the tests in the background may ignore it.
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                command = sys.argv[2 + 2 * pairs:]
                os.execvp(command[0], command)
            shown = b''
            while True:
                try:
                    piece = os.read(terminal, 4096)
                except OSError:
                    break
                if not piece:
                    break
                sys.stdout.buffer.write(piece)
                sys.stdout.buffer.flush()
                shown += piece
                if dialogue and dialogue[0].encode() in shown:
                    shown = shown.split(dialogue[0].encode(), 1)[1]
                    os.write(terminal, dialogue[1].encode() + b'\\n')
                    dialogue = dialogue[2:]
            status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            sys.exit(99 if dialogue else status)
            """;

    private final List<String> dialogue = new ArrayList<>();

    /** Returns whether Python is there and knows pseudo-terminals. */
    public static boolean isAvailable() throws InterruptedException {
        try {
            Process process = new ProcessBuilder(PYTHON, "-c", "import os, pty; os.waitstatus_to_exitcode").start();
            return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Answers a question.
     *
     * @param question a part of what is shown
     * @param answer what is typed then, with a newline
     */
    public PseudoTerminal answers(String question, String answer) {
        dialogue.add(question);
        dialogue.add(answer);
        return this;
    }

    /**
     * Runs a command at the terminal.
     *
     * @param controller the controller
     * @param arguments the command line
     * @return what came of it: stdout is what the terminal showed, with its line ends as newlines; exit status 99 if a question was not
     *     asked
     */
    public Transcript run(Controller controller, String... arguments) throws IOException, InterruptedException {
        List<String> wrapper = new ArrayList<>(List.of(PYTHON, "-c", SCRIPT, String.valueOf(dialogue.size() / 2)));
        wrapper.addAll(dialogue);
        try (RunningController running = controller.start(wrapper, arguments)) {
            Transcript transcript = running.awaitEnd();
            return new Transcript(
                    transcript.arguments(),
                    transcript.stdout().replace("\r\n", "\n"),
                    transcript.stderr(),
                    transcript.exitStatus());
        }
    }
}
