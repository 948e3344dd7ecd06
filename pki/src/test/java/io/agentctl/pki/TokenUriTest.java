package io.agentctl.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PKCS#11 URIs, the good and the bad. */
class TokenUriTest {
    private static final String GOOD = "pkcs11:token=Host%20keys?module-path=/usr/lib/p.so";

    @Test
    void readsWhatItNames() {
        assertThat(TokenUri.parse("pkcs11:token=Host%20keys;serial=a1;object=web;type=private"
                        + "?module-path=/usr/lib/p%2011.so&pin-source=file:/etc/agent-ctl/pin"))
                .isEqualTo(new TokenUri(
                        Map.of("token", "Host keys", "serial", "a1"),
                        Optional.of("web"),
                        Path.of("/usr/lib/p 11.so"),
                        Optional.of(Path.of("/etc/agent-ctl/pin"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:/etc/pin", "file:///etc/pin", "/etc/pin", "file:%2Fetc%2Fpin"})
    void findsThePinFile(String source) {
        assertThat(TokenUri.parse(GOOD + "&pin-source=" + source).pinFile()).contains(Path.of("/etc/pin"));
    }

    @Test
    void isWrittenAsOthersReadIt() {
        assertThat(TokenUri.parse(GOOD + "&pin-source=/etc/pin").named("a/b;c?é"))
                .hasToString("pkcs11:token=Host%20keys;object=a%2Fb%3Bc%3F%C3%A9;type=private"
                        + "?module-path=/usr/lib/p.so&pin-source=file:/etc/pin");
    }

    @Test
    void callsTheTokenByWhatIsKnownOfIt() {
        assertThat(TokenUri.parse("pkcs11:slot-id=7;token=a?module-path=/p.so").description())
                .isEqualTo("token slot-id '7', 'a'");
    }

    @Test
    void takesTheNumberOffAName() {
        TokenUri uri = TokenUri.parse(GOOD);

        assertThat(uri.named("web-1f0e2d3c-0000-4000-8000-0123456789ab").withoutNumber())
                .isEqualTo(uri.named("web"));
        assertThat(uri.named("handmade").withoutNumber()).isEqualTo(uri.named("handmade"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "pkcs11:token=a ~ does not name the token's driver: append ?module-path=/usr/lib/….so",
                "pkcs11:?module-path=/p.so ~ does not say which token: give token=LABEL, serial=… or slot-id=…",
                "pkcs11:object=a?module-path=/p.so ~ does not say which token: give token=LABEL, serial=… or slot-id=…",
                "pkcs11:token=a;id=%01?module-path=/p.so ~ has the attribute 'id', which is not supported here: there are token, serial, model, manufacturer, slot-id, object, type",
                "pkcs11:token=a?module-path=/p.so&module-name=p ~ has the attribute 'module-name', which is not supported here: there are module-path, pin-source",
                "pkcs11:token=a;token=b?module-path=/p.so ~ has the attribute 'token' twice",
                "pkcs11:token?module-path=/p.so ~ has an attribute that is not of the form name=value",
                "pkcs11:to ken=a?module-path=/p.so ~ has an attribute that is not of the form name=value",
                "pkcs11:token=%zz?module-path=/p.so ~ has a '%' in 'token' that two hexadecimal digits do not follow",
                "pkcs11:token=%4?module-path=/p.so ~ has a '%' in 'token' that two hexadecimal digits do not follow",
                "pkcs11:token=%ff?module-path=/p.so ~ has a 'token' that is not UTF-8",
                "pkcs11:token=a;type=cert?module-path=/p.so ~ has a 'type' other than private",
                "pkcs11:token=a;object=?module-path=/p.so ~ has an 'object' with other characters than printable ASCII",
                "pkcs11:token=a;object=%C3%A9?module-path=/p.so ~ has an 'object' with other characters than printable ASCII",
                "pkcs11:token=a?module-path=p.so ~ has a 'module-path' that is not an absolute path",
                "pkcs11:token=a?module-path=/p%22.so ~ has a 'module-path' that is not an absolute path",
                "pkcs11:token=a?module-path=/$p.so ~ has a 'module-path' that is not an absolute path",
                "pkcs11:token=a?module-path=/p%0Aname=b.so ~ has a 'module-path' that is not an absolute path",
                "pkcs11:token=a?module-path=/p.so&pin-source=|ask ~ has a 'pin-source' that is not an absolute path",
                "pkcs11:token=a?module-path=/p.so&pin-source=file:pin ~ has a 'pin-source' that is not an absolute path",
            })
    void saysWhatIsWrong(String uri, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenUri.parse(uri))
                .withMessage("PKCS#11 URI " + message);
    }

    @Test
    void refusesAPinInTheUriAndDoesNotRepeatIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyStorage.parse(GOOD + "&pin-value=geheim"))
                .withMessage("PKCS#11 URI holds the PIN itself, which everyone would read who reads the configuration:"
                        + " put it into a file of mode 0600 and name that, pin-source=file:/…");
    }

    @Property
    void readsBackWhatItWrites(
            @ForAll @NotEmpty @StringLength(max = 40) String token,
            @ForAll @NotEmpty @CharRange(from = ' ', to = '~') @StringLength(max = 40) String object,
            @ForAll @NotEmpty @AlphaChars String file) {
        if (!new String(
                        token.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        java.nio.charset.StandardCharsets.UTF_8)
                .equals(token)) {
            return; // half a surrogate pair is no text
        }
        TokenUri uri = new TokenUri(
                Map.of("token", token),
                Optional.of(object),
                Path.of("/lib", file + " é.so"),
                Optional.of(Path.of("/etc", file)));

        assertThat(TokenUri.parse(uri.toString())).isEqualTo(uri);
    }

    @Property
    void neverFailsInAnotherWay(@ForAll @StringLength(max = 80) String text) {
        assertThatNoException().isThrownBy(() -> {
            try {
                KeyStorage.parse("pkcs11:" + text);
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).startsWith("PKCS#11 URI ");
            }
            KeyStorage.of("pkcs11:" + text);
        });
    }
}
