package io.agentctl.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.login.FailedLoginException;
import javax.security.auth.login.LoginException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Which PIN a token is told, and how often. */
@DisabledOnOs(OS.WINDOWS)
class TokenPinTest {
    @TempDir
    private Path folder;

    private Path file;
    private TokenPin pin;

    @BeforeEach
    void writeThePin() throws IOException {
        file = Files.createFile(folder.resolve("pin"), OwnerOnly.file(folder));
        Files.writeString(file, "geheim\r\nsecond line\n");
        pin = new TokenPin(TokenUri.parse("pkcs11:token=hsm?module-path=/p.so&pin-source=file:" + file));
    }

    @Test
    void tellsTheFirstLine() throws Exception {
        assertThat(asked()).isEqualTo("geheim");
    }

    @Test
    void doesNotTellARefusedPinAgain() throws Exception {
        asked();
        String refusal = pin.refusal(failed("CKR_PIN_INCORRECT")).getMessage();
        assertThat(refusal)
                .isEqualTo("token 'hsm' refuses the PIN in " + file
                        + ": correct that file; this PIN is not tried again, since tokens lock");

        assertThatIOException().isThrownBy(this::asked).withMessage(refusal);
        Files.writeString(file, "another");
        assertThat(asked()).isEqualTo("another");
    }

    @Test
    void doesNotTellItToALockedToken() throws Exception {
        asked();
        LoginException locked = new LoginException();
        locked.initCause(new GeneralSecurityException("CKR_PIN_LOCKED"));

        assertThat(pin.refusal(locked))
                .hasMessage(
                        "token 'hsm' is locked, since a wrong PIN was tried too often: its security officer can unlock it");
        assertThatIOException().isThrownBy(this::asked).withMessageContaining("is not tried again");
    }

    @Test
    void tellsItAgainAfterOtherTrouble() throws Exception {
        asked();
        LoginException gone = new LoginException();
        gone.initCause(new GeneralSecurityException("CKR_DEVICE_REMOVED"));

        assertThat(pin.refusal(gone)).hasMessage("token 'hsm' cannot be logged in to: CKR_DEVICE_REMOVED");
        assertThat(asked()).isEqualTo("geheim");
    }

    @Test
    void refusesAFileThatOthersCanRead() throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        assertThatIOException()
                .isThrownBy(this::asked)
                .withMessage("the PIN file " + file + " has mode 0640: its group can read it; run: chmod 0600 " + file
                        + ", and change the PIN");
    }

    @Test
    void saysThatThereIsNone() throws Exception {
        Files.delete(file);

        assertThatIOException()
                .isThrownBy(this::asked)
                .withMessage("there is no PIN file " + file + ": write the PIN into it, with mode 0600");
    }

    @Test
    void refusesWhatIsNoPin() throws Exception {
        Files.writeString(file, "x".repeat(257));

        assertThatIOException()
                .isThrownBy(this::asked)
                .withMessage("the first line of the PIN file " + file + " is empty, or longer than 256 bytes");
    }

    private String asked() throws IOException {
        PasswordCallback question = new PasswordCallback("PIN?", false);
        pin.handle(new Callback[] {question});
        return new String(question.getPassword());
    }

    private static LoginException failed(String code) {
        FailedLoginException failed = new FailedLoginException();
        failed.initCause(new GeneralSecurityException(code));
        return failed;
    }
}
