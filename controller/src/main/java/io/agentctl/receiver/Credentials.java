package io.agentctl.receiver;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

/** Who vouches for a host at its registration. No text form shows a secret. */
public sealed interface Credentials {

    /** Returns the value of the header {@code Authorization}; a secret. */
    String authorization();

    /**
     * A user of the site (HTTP Basic, RFC 7617).
     *
     * @param user the user's name
     * @param password a secret
     */
    record UserPassword(String user, String password) implements Credentials {
        @Override
        public String authorization() {
            return "Basic "
                    + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        }

        /** Names the user alone. */
        @Override
        public String toString() {
            return "user '" + user + "'";
        }
    }

    /**
     * A token that registers once.
     *
     * @param token a secret
     */
    record OneTimeToken(String token) implements Credentials {
        private static final Pattern HEADER_VALUE = Pattern.compile("[\\x21-\\x7e]+");

        /** @throws IllegalArgumentException if no header can hold the token; the message does not quote it, as HTTP's own would */
        public OneTimeToken {
            if (!HEADER_VALUE.matcher(token).matches()) {
                throw new IllegalArgumentException("the one-time token has characters that no token has");
            }
        }

        @Override
        public String authorization() {
            return "CMK-TOKEN " + token;
        }

        /** Names the kind alone. */
        @Override
        public String toString() {
            return "the one-time token";
        }
    }
}
