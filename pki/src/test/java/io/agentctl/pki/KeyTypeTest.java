package io.agentctl.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The types of key by name and by what they make. */
class KeyTypeTest {
    @Test
    void theLabelsAreThoseOfTheConfigurationFile() {
        assertThat(Arrays.stream(KeyType.values()).map(KeyType::label))
                .containsExactly("ec-p256", "rsa-2048", "rsa-3072", "rsa-4096");
    }

    @ParameterizedTest
    @EnumSource
    void findsATypeByItsLabel(KeyType type) {
        assertThat(KeyType.of(type.label())).isSameAs(type);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "EC-P256", "ec-p384", "rsa-1024", "rsa", "EC_P256", " rsa-2048"})
    void namesTheKnownTypesWhenItRefusesALabel(String label) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyType.of(label))
                .withMessage("unknown key type '" + label + "', known are ec-p256, rsa-2048, rsa-3072, rsa-4096");
    }

    @ParameterizedTest
    @EnumSource(
            value = KeyType.class,
            names = {"RSA_3072", "RSA_4096"},
            mode = EnumSource.Mode.EXCLUDE)
    void makesANewKeyOfItsTypeEachTime(KeyType type) throws PkiException {
        KeyPair first = type.generate();
        KeyPair second = type.generate();

        assertThat(KeyType.of(first.getPublic())).contains(type);
        assertThat(second.getPublic()).isNotEqualTo(first.getPublic());
        assertThat(Pem.privateKey(Pem.of(first.getPrivate()))).isEqualTo(first.getPrivate());
    }

    @Test
    void makesAnRsaKeyOfTheLengthItSays() throws PkiException {
        assertThat(KeyType.RSA_3072.generate().getPublic()).isInstanceOfSatisfying(RSAPublicKey.class, key -> {
            assertThat(key.getModulus().bitLength()).isEqualTo(3072);
            assertThat(key.getPublicExponent()).isEqualTo(65_537);
        });
    }

    @Test
    void theCurveIsP256() throws PkiException {
        assertThat(KeyType.EC_P256.generate().getPublic())
                .isInstanceOfSatisfying(
                        ECPublicKey.class,
                        key -> assertThat(key.getParams().toString()).contains("secp256r1"));
    }

    @Test
    void tellsTheTypeOfExistingKeys() {
        assertThat(KeyType.of(TestKeys.ec().getPublic())).contains(KeyType.EC_P256);
        assertThat(KeyType.of(TestKeys.rsa(2048).getPublic())).contains(KeyType.RSA_2048);
        assertThat(KeyType.of(TestKeys.rsa(4096).getPublic())).contains(KeyType.RSA_4096);
    }

    @Test
    void knowsNoTypeOfForeignKeys() {
        assertThat(KeyType.of(TestKeys.ec("secp384r1").getPublic())).isEmpty();
        assertThat(KeyType.of(TestKeys.rsa(1024).getPublic())).isEmpty();
        assertThat(KeyType.of(TestKeys.ed25519().getPublic())).isEmpty();
    }
}
