package io.agentctl.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;

/** What is sent is announced by its size, so the two must agree. */
class UploadTest {

    @Property
    void aTextIsAsLongAsItSays(@ForAll @StringLength(max = 300) String text) throws IOException {
        TextUpload upload = new TextUpload(text);

        assertThat(written(upload)).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        assertThat(upload.size()).isEqualTo(written(upload).length);
    }

    @Property
    void aFormIsAsLongAsItSaysEveryTime(@ForAll @StringLength(max = 300) String content) throws IOException {
        FormFile form = new FormFile(new TextUpload(content), "cut-here");

        byte[] first = written(form);

        assertThat(form.size()).isEqualTo(first.length);
        assertThat(written(form)).isEqualTo(first);
        assertThat(new String(first, StandardCharsets.UTF_8))
                .startsWith("--cut-here\r\n")
                .contains(new String(content.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .endsWith("\r\n--cut-here--\r\n");
    }

    private static byte[] written(AgentReceiver.Upload upload) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        upload.writeTo(bytes);
        return bytes.toByteArray();
    }
}
