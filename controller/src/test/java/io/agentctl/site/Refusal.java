package io.agentctl.site;

/** The agent receiver does not do what it was asked for. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Answer answer;

    Refusal(Answer answer) {
        super(answer.body());
        this.answer = answer;
    }

    Refusal(int status, String detail) {
        this(Answer.detail(status, detail));
    }

    Answer answer() {
        return answer;
    }
}
