package io.agentctl.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Reading what Java's provider prints of a token. */
class SlotInfoTest {
    private static final String PRINTED = """
            Information for provider SunPKCS11-agentctl1
            Library info:
              cryptokiVersion: 2.40
              manufacturerID: Library Ltd                     \

            All slots: 17, 1
            Slot info for slot 17:
              slotDescription: a slot          \

              manufacturerID: Slot Ltd
            Token info for token in slot 17:
              label: Host keys                       \

              manufacturerID: Token Ltd                 \

              model: Model 1
              serialNumber: bcf13890d805d148
            Mechanism CKM_AES_CBC:
              ulMinKeySize: 16
            """;

    @Test
    void readsTheToken() {
        assertThat(SlotInfo.parse(PRINTED))
                .isEqualTo(new SlotInfo(Map.of(
                        "slot-id", "17",
                        "token", "Host keys",
                        "manufacturer", "Token Ltd",
                        "model", "Model 1",
                        "serial", "bcf13890d805d148")));
    }

    @Test
    void readsAnEmptySlot() {
        SlotInfo empty = SlotInfo.parse("Slot info for slot 1:\n  slotDescription: a\n");

        assertThat(empty.attributes()).isEmpty();
        assertThat(empty.fits(Map.of("token", "a"))).isFalse();
    }

    @Test
    void demandsAllThatIsWanted() {
        SlotInfo info = SlotInfo.parse(PRINTED);

        assertThat(info.fits(Map.of("token", "Host keys", "serial", "bcf13890d805d148")))
                .isTrue();
        assertThat(info.fits(Map.of("token", "Host keys", "serial", "0"))).isFalse();
    }

    @Test
    void listsWhatThereIs() {
        assertThat(SlotInfo.list(List.of(SlotInfo.parse(PRINTED), SlotInfo.parse(""))))
                .isEqualTo("there is 'Host keys' (slot-id 17)");
        assertThat(SlotInfo.list(List.of(SlotInfo.parse("")))).isEqualTo("there is none");
    }
}
