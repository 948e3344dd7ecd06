package io.agentctl.pki;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** OpenSSL with a CA's key: an issuer of revocation lists who knows nothing of our code. */
public final class OpensslCa {
    private final Path folder;

    /**
     * @param folder an empty folder
     * @param ca whose lists these are
     */
    public OpensslCa(Path folder, TestCa ca) throws IOException {
        this.folder = Files.createDirectories(folder);
        Files.writeString(folder.resolve("ca.pem"), ca.pem());
        Files.writeString(folder.resolve("ca.key"), ca.self().privateKeyPem());
        Files.writeString(folder.resolve("crlnumber"), "01\n");
        Files.writeString(folder.resolve("ca.cnf"), """
                [ca]
                default_ca = it
                [it]
                dir = %s
                database = $dir/index.txt
                crlnumber = $dir/crlnumber
                certificate = $dir/ca.pem
                private_key = $dir/ca.key
                default_md = sha256
                unique_subject = no
                [partial]
                issuingDistributionPoint = critical, @point
                [point]
                onlyuser = TRUE
                fullname = URI:http://example.com/crl
                """.formatted(folder));
    }

    /** Returns whether OpenSSL is installed. */
    public static boolean isAvailable() throws InterruptedException {
        try {
            return new ProcessBuilder("openssl", "version").start().waitFor(30, TimeUnit.SECONDS);
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Issues a list, of now.
     *
     * @param days until the next one
     * @param revoked what was taken back
     * @return PEM
     */
    public String list(int days, X509Certificate... revoked) throws IOException, InterruptedException {
        return list(List.of("-crldays", String.valueOf(days)), revoked);
    }

    /** Issues a list that says of itself that it is not all. */
    public String partialList() throws IOException, InterruptedException {
        return list(List.of("-crldays", "30", "-crlexts", "partial"));
    }

    private String list(List<String> options, X509Certificate... revoked) throws IOException, InterruptedException {
        StringBuilder index = new StringBuilder();
        for (X509Certificate certificate : revoked) {
            String serial = certificate.getSerialNumber().toString(16).toUpperCase(Locale.ROOT);
            index.append("R\t491231235959Z\t240101000000Z\t")
                    .append(serial.length() % 2 == 0 ? serial : "0" + serial)
                    .append("\tunknown\t/CN=revoked\n");
        }
        Files.writeString(folder.resolve("index.txt"), index);
        List<String> command = new ArrayList<>(List.of(
                "openssl", "ca", "-gencrl", "-config", folder.resolve("ca.cnf").toString()));
        command.addAll(options);
        Process process = new ProcessBuilder(command)
                .redirectError(folder.resolve("log").toFile())
                .start();
        process.getOutputStream().close();
        String list = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        if (process.waitFor() != 0 || !list.contains("BEGIN X509 CRL")) {
            throw new IOException("openssl: " + Files.readString(folder.resolve("log")));
        }
        return list;
    }
}
