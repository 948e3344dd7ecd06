package io.agentctl.bench;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** What an agent of an ordinary server prints, in sections of the usual names and shapes; always the same text. */
final class AgentText {
    private static final List<String> PROGRAMS = List.of(
            "/usr/sbin/sshd -D",
            "/usr/sbin/apache2 -k start",
            "/usr/lib/postgresql/15/bin/postgres -D /var/lib/postgresql/15/main",
            "postgres: 15/main: autovacuum launcher",
            "[kworker/%d:1-events]",
            "/lib/systemd/systemd-journald",
            "/usr/bin/dbus-daemon --system --address=systemd: --nofork --nopidfile",
            "/usr/sbin/cron -f",
            "php-fpm: pool www",
            "/usr/bin/containerd-shim-runc-v2 -namespace moby -id %08x%08x");
    private static final List<String> USERS = List.of("root", "www-data", "postgres", "messagebus", "systemd-network");
    private static final List<String> MEMORY = List.of(
            "MemTotal",
            "MemFree",
            "MemAvailable",
            "Buffers",
            "Cached",
            "SwapCached",
            "Active",
            "Inactive",
            "Dirty",
            "Writeback",
            "AnonPages",
            "Mapped",
            "Shmem",
            "KReclaimable",
            "Slab",
            "PageTables",
            "CommitLimit");

    private AgentText() {}

    /** Returns as many bytes. */
    static byte[] of(int length) {
        Random random = new Random(6556);
        StringBuilder text = new StringBuilder("<<<check_mk>>>\nVersion: 2.3.0p14\nAgentOS: linux\nHostname: web1\n");
        text.append("<<<uptime>>>\n8412345.21 16234567.89\n<<<cpu>>>\n0.42 0.37 0.31 2/412 918273 8\n<<<mem>>>\n");
        for (String name : MEMORY) {
            text.append(String.format(Locale.ROOT, "%-15s %8d kB%n", name + ":", random.nextInt(32_000_000)));
        }
        text.append("<<<df_v2>>>\n");
        for (int i = 0; i < 20; i++) {
            int size = random.nextInt(900_000_000);
            int used = random.nextInt(size);
            text.append(String.format(
                    Locale.ROOT,
                    "/dev/mapper/vg0-data%d ext4 %d %d %d %d%% /srv/data%d%n",
                    i,
                    size,
                    used,
                    size - used,
                    (int) (100L * used / size),
                    i));
        }
        text.append("<<<lnx_if:sep(58)>>>\n");
        for (int i = 0; i < 12; i++) {
            text.append(String.format(Locale.ROOT, "  eth%d:", i));
            for (int counter = 0; counter < 16; counter++) {
                text.append(' ').append(random.nextInt(counter % 8 < 2 ? Integer.MAX_VALUE : 50));
            }
            text.append('\n');
        }
        text.append("<<<ps_lnx>>>\n[header] CGROUP USER VSZ RSS TIME ELAPSED PID COMMAND\n");
        while (text.length() < length) {
            String program = String.format(
                    Locale.ROOT, PROGRAMS.get(random.nextInt(PROGRAMS.size())), random.nextInt(8), random.nextInt());
            text.append(String.format(
                    Locale.ROOT,
                    "0::/system.slice/unit%d.service %s %d %d 00:%02d:%02d %d-%02d:%02d:%02d %d %s%n",
                    random.nextInt(40),
                    USERS.get(random.nextInt(USERS.size())),
                    random.nextInt(4_000_000),
                    random.nextInt(400_000),
                    random.nextInt(60),
                    random.nextInt(60),
                    random.nextInt(97),
                    random.nextInt(24),
                    random.nextInt(60),
                    random.nextInt(60),
                    random.nextInt(4_000_000),
                    program));
        }
        text.setLength(length - 1);
        return text.append('\n').toString().getBytes(StandardCharsets.US_ASCII);
    }
}
