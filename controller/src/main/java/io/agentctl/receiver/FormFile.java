package io.agentctl.receiver;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A form with one file in it (RFC 7578).
 *
 * @param content the file's content, which must not contain the boundary
 * @param boundary separates the form's parts
 */
record FormFile(AgentReceiver.Upload content, String boundary) implements AgentReceiver.Upload {

    /** Returns the value of the header {@code Content-Type}. */
    String contentType() {
        return "multipart/form-data; boundary=" + boundary;
    }

    @Override
    public long size() {
        return head().length + content.size() + tail().length;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        out.write(head());
        content.writeTo(out);
        out.write(tail());
    }

    /** Sites take the part for a file only when it has a file name. */
    private byte[] head() {
        return ("--" + boundary + "\r\n"
                        + "Content-Disposition: form-data; name=\"monitoring_data\"; filename=\"agent_data\"\r\n"
                        + "Content-Type: application/octet-stream\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private byte[] tail() {
        return ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}
