package io.agentctl.race;

import java.util.List;

/**
 * A command that has ended.
 *
 * @param verb what it was to do
 * @param name the connection that it was about; empty if it was about all
 * @param host the host name that it registered, or what it imported; else empty
 * @param begin before it was started, in nanoseconds
 * @param end after it had ended, in nanoseconds
 * @param outcome how it ended
 */
record Operation(Verb verb, String name, String host, long begin, long end, Outcome outcome) {

    enum Verb {
        REGISTER,
        IMPORT,
        DELETE,
        RENEW,
        DELETE_ALL,
        ALLOW_LEGACY_PULL
    }

    enum Outcome {
        DONE,
        FAILED,
        /** Nobody knows what it had done before. */
        KILLED
    }

    /**
     * Takes effect at one moment.
     *
     * @param before what there was
     * @return what there may be afterwards; nothing, if the operation could not have ended so then
     */
    List<HomeState> after(HomeState before) {
        boolean isThere = before.connections().containsKey(name);
        HomeState done = switch (verb) {
            case REGISTER, IMPORT -> before.with(name, host);
            case DELETE -> isThere ? before.without(name) : before;
            case RENEW -> isThere ? before.renewed(name) : before;
            case DELETE_ALL -> before.cleared(false);
            case ALLOW_LEGACY_PULL -> before.cleared(true);
        };
        boolean needsConnection = verb == Verb.DELETE || verb == Verb.RENEW;
        return switch (outcome) {
            case DONE -> needsConnection && !isThere ? List.of() : List.of(done);
            case KILLED -> List.of(done, before);
            // A renewal fails also where the connection was changed while the site was asked.
            case FAILED -> (verb == Verb.DELETE && !isThere) || verb == Verb.RENEW ? List.of(before) : List.of();
        };
    }
}
