package io.agentctl.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERGeneralString;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERT61String;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.DERUniversalString;
import org.bouncycastle.asn1.DERVisibleString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which common names a name has, however they are packed and encoded, and which of them are UUIDs. */
class CommonNamesTest {
    private static final String UUID_TEXT = "99f56bbc-5965-4b34-bc70-1959ad1d32d6";

    static Stream<Arguments> names() {
        return Stream.of(
                Arguments.of("CN=prod", List.of("prod")),
                Arguments.of("O=acme,CN=prod,OU=it", List.of("prod")),
                Arguments.of("CN=one,CN=two", List.of("one", "two")),
                Arguments.of("CN=one+CN=two", List.of("one", "two")),
                Arguments.of("CN=one+CN=one", List.of("one", "one")),
                Arguments.of("O=acme+CN=one,CN=two", List.of("one", "two")),
                Arguments.of("CN=a\\,CN\\=b", List.of("a,CN=b")),
                Arguments.of("CN=a\\+CN\\=b", List.of("a+CN=b")),
                Arguments.of("CN=\\\"a\\\\\\;", List.of("\"a\\;")),
                Arguments.of("CN=\\ a\\ ", List.of(" a ")),
                Arguments.of("CN=größe", List.of("größe")),
                Arguments.of("CN=", List.of("")),
                Arguments.of("O=CN\\=prod", List.of()),
                Arguments.of("2.5.4.3=prod", List.of("prod")),
                Arguments.of("", List.of()));
    }

    @ParameterizedTest
    @MethodSource("names")
    void listsEveryCommonName(String name, List<String> expected) throws IOException {
        assertThat(CommonNames.of(new X500Principal(new X500Name(name).getEncoded())))
                .isEqualTo(expected);
    }

    static Stream<ASN1Encodable> encodings() {
        return Stream.of(
                new DERUTF8String(UUID_TEXT),
                new DERPrintableString(UUID_TEXT),
                new DERIA5String(UUID_TEXT),
                new DERT61String(UUID_TEXT),
                new DERVisibleString(UUID_TEXT),
                new DERGeneralString(UUID_TEXT),
                new DERBMPString(UUID_TEXT),
                new DERUniversalString(utf32(UUID_TEXT)));
    }

    @ParameterizedTest
    @MethodSource("encodings")
    void recognisesAUuidInEveryEncodingOfText(ASN1Encodable encoded) throws IOException {
        X500Principal name = named(encoded);

        assertThat(CommonNames.of(name)).containsExactly(UUID_TEXT);
        assertThat(CommonNames.isUuid(CommonNames.of(name).get(0))).isTrue();
        assertThat(CommonNames.isOnly(name, UUID.fromString(UUID_TEXT))).isTrue();
    }

    static Stream<ASN1Encodable> noText() {
        return Stream.of(
                new DEROctetString(UUID_TEXT.getBytes(StandardCharsets.US_ASCII)),
                new DERBitString(UUID_TEXT.getBytes(StandardCharsets.US_ASCII)),
                DERNull.INSTANCE);
    }

    @ParameterizedTest
    @MethodSource("noText")
    void aCommonNameThatIsNoTextIsNone(ASN1Encodable encoded) throws IOException {
        assertThat(CommonNames.of(named(encoded))).isEmpty();
    }

    @Test
    void oneCommonNameThatIsNoTextSpoilsTheOthers() throws IOException {
        X500Name name = new X500NameBuilder()
                .addRDN(BCStyle.CN, "prod")
                .addRDN(BCStyle.CN, new DEROctetString(new byte[1]))
                .build();

        assertThat(CommonNames.of(new X500Principal(name.getEncoded()))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                UUID_TEXT,
                "99F56BBC-5965-4B34-BC70-1959AD1D32D6",
                "99f56bbc59654b34bc701959ad1d32d6",
                "{99f56bbc-5965-4b34-bc70-1959ad1d32d6}",
                "urn:uuid:99f56bbc-5965-4b34-bc70-1959ad1d32d6",
                "URN:UUID:99F56BBC-5965-4B34-BC70-1959AD1D32D6",
                "urn:uuid:{99f56bbc-5965-4b34-bc70-1959ad1d32d6}",
                " 99f56bbc-5965-4b34-bc70-1959ad1d32d6\n",
                "00000000-0000-0000-0000-000000000000",
                "99f56bbc-5965-1b34-bc70-1959ad1d32d6"
            })
    void aUuidIsOneInEverySpelling(String commonName) {
        assertThat(CommonNames.isUuid(commonName)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "prod",
                "Site 'prod' local CA",
                "99f56bbc-5965-4b34-bc70-1959ad1d32d",
                "99f56bbc-5965-4b34-bc70-1959ad1d32d6a",
                "g9f56bbc-5965-4b34-bc70-1959ad1d32d6",
                "host 99f56bbc-5965-4b34-bc70-1959ad1d32d6",
                "99f56bbc 5965 4b34 bc70 1959ad1d32d6"
            })
    void everythingElseIsNoUuid(String commonName) {
        assertThat(CommonNames.isUuid(commonName)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"CN=" + UUID_TEXT, "CN=99F56BBC-5965-4B34-BC70-1959AD1D32D6", "O=acme,CN=" + UUID_TEXT})
    void oneMatchingCommonNameIsTheOnlyOne(String name) {
        assertThat(CommonNames.isOnly(new X500Principal(name), UUID.fromString(UUID_TEXT)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "O=acme",
                "CN=prod",
                "CN=11111111-2222-4333-8444-555555555555",
                "CN={" + UUID_TEXT + "}",
                "CN=" + UUID_TEXT + ",CN=prod",
                "CN=" + UUID_TEXT + ",CN=" + UUID_TEXT
            })
    void anyOtherOrFurtherCommonNameIsNotTheOnlyOne(String name) {
        assertThat(CommonNames.isOnly(new X500Principal(name), UUID.fromString(UUID_TEXT)))
                .isFalse();
    }

    @Test
    void aNameInAMessageIsOneShortLine() throws IOException {
        X500Principal hostile = named(new DERUTF8String("a\r\nERROR b\u001b[2J\u009b\u2028\u0000" + "x".repeat(5000)));

        assertThat(CommonNames.shown(hostile))
                .startsWith("CN=a??ERROR b?[2J??")
                .endsWith("x…")
                .hasSize(257)
                .doesNotContainPattern("\\p{Cntrl}");
        assertThat(CommonNames.shown(new X500Principal("CN=größe, O=acme"))).isEqualTo("CN=größe,O=acme");
    }

    private static X500Principal named(ASN1Encodable commonName) throws IOException {
        return new X500Principal(
                new X500NameBuilder().addRDN(BCStyle.CN, commonName).build().getEncoded());
    }

    private static byte[] utf32(String text) {
        return text.getBytes(Charset.forName("UTF-32BE"));
    }
}
