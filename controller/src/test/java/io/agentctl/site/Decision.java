package io.agentctl.site;

/**
 * What a site made of a host that wants to be created.
 *
 * @param status as it is called on the wire
 * @param reason why it was declined, otherwise empty
 */
public record Decision(String status, String reason) {
    /** Not decided yet. */
    public static final Decision IN_PROGRESS = new Decision("InProgress", "");

    /** The host was created. */
    public static final Decision SUCCESS = new Decision("Success", "");

    /**
     * The host was not created.
     *
     * @param reason why
     * @return the decision
     */
    public static Decision declined(String reason) {
        return new Decision("Declined", reason);
    }
}
