package io.agentctl.pki;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.login.FailedLoginException;
import javax.security.auth.login.LoginException;

/**
 * Hands a token its PIN, out of a file that its owner alone can read. A PIN that was refused is not tried again: after a few tries
 * tokens lock, and a daemon tries every minute. Not thread-safe.
 */
final class TokenPin implements CallbackHandler {
    private static final int MAX_LENGTH = 256;

    private final TokenUri uri;
    private byte[] offered = {};
    private byte[] refused = {};

    TokenPin(TokenUri uri) {
        this.uri = uri;
    }

    /** A refusal of ours, in the shape that the JDK lets through. */
    private static final class Refusal extends IOException {
        private static final long serialVersionUID = 1L;

        Refusal(String message) {
            super(message);
        }
    }

    @Override
    public void handle(Callback[] callbacks) throws IOException {
        char[] pin = read();
        try {
            offered = digest(pin);
            if (Arrays.equals(offered, refused)) {
                throw new Refusal(refusedBefore());
            }
            for (Callback callback : callbacks) {
                if (callback instanceof PasswordCallback question) {
                    question.setPassword(pin);
                }
            }
        } finally {
            Arrays.fill(pin, ' ');
        }
    }

    /** Puts into words why a login failed. */
    PkiException refusal(LoginException e) {
        if (e.getCause() instanceof Refusal refusal) {
            return new PkiException(refusal.getMessage(), e);
        }
        String code = e.getCause() == null ? "" : String.valueOf(e.getCause().getMessage());
        if (e instanceof FailedLoginException || code.startsWith("CKR_PIN")) {
            refused = offered;
            return new PkiException(
                    code.startsWith("CKR_PIN_LOCKED")
                            ? uri.description()
                                    + " is locked, since a wrong PIN was tried too often: its security officer can unlock it"
                            : refusedBefore(),
                    e);
        }
        return new PkiException(
                uri.description() + " cannot be logged in to: " + (code.isEmpty() ? e.getMessage() : code), e);
    }

    private String refusedBefore() {
        return uri.description() + " refuses the PIN in " + uri.pinFile().orElseThrow()
                + ": correct that file; this PIN is not tried again, since tokens lock";
    }

    private char[] read() throws IOException {
        Path file = uri.pinFile()
                .orElseThrow(
                        () -> new Refusal(
                                uri.description()
                                        + " wants a PIN: write it into a file of mode 0600 and append pin-source=file:/… to the PKCS#11 URI"));
        demandPrivacy(file);
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_LENGTH + 1);
        } catch (IOException e) {
            throw new Refusal(
                    "cannot read the PIN file " + file + " as user '" + System.getProperty("user.name") + "'");
        }
        try {
            return firstLine(bytes, file);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static void demandPrivacy(Path file) throws IOException {
        try {
            FileAccess access = FileAccessView.ofThisProcess().of(file).orElse(null);
            if (access != null && access.isShared()) {
                throw new Refusal("the PIN file " + file + " has " + access.label() + ": " + access.sharing()
                        + "; run: " + access.closing(file, "0600") + ", and change the PIN");
            }
            if (access != null && !access.isTrusted()) {
                throw new Refusal("the PIN file " + file + " belongs to user '" + access.owner() + "', not to '"
                        + System.getProperty("user.name") + "'; run: "
                        + access.handingOver(file, System.getProperty("user.name")));
            }
        } catch (NoSuchFileException e) {
            throw new Refusal("there is no PIN file " + file + ": write the PIN into it, with mode 0600");
        }
    }

    private static char[] firstLine(byte[] bytes, Path file) throws IOException {
        int end = 0;
        while (end < bytes.length && bytes[end] != '\n' && bytes[end] != '\r') {
            end++;
        }
        if (end == 0 || end > MAX_LENGTH) {
            throw new Refusal(
                    "the first line of the PIN file " + file + " is empty, or longer than " + MAX_LENGTH + " bytes");
        }
        CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes, 0, end));
        char[] pin = new char[text.remaining()];
        text.get(pin);
        Arrays.fill(text.array(), ' ');
        return pin;
    }

    /** What was refused need not lie around itself. */
    private static byte[] digest(char... pin) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(StandardCharsets.UTF_8.encode(CharBuffer.wrap(pin)).array());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
