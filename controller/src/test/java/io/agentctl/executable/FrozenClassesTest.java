package io.agentctl.executable;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.URL;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneId;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.TimeZone;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A class that a native executable initialises while it is built is frozen into it: what its static fields hold is the same at every start, on every host.
 * So few are, and none that holds what must differ.
 */
class FrozenClassesTest {
    private static final String BUILD_TIME = "--initialize-at-build-time";

    /** What the place and the moment decide, or chance. */
    private static final List<Class<?>> OF_THE_MOMENT = List.of(
            RandomGenerator.class,
            UUID.class,
            Key.class,
            KeyPair.class,
            InetAddress.class,
            NetworkInterface.class,
            SocketAddress.class,
            ZoneId.class,
            TimeZone.class,
            Clock.class,
            Temporal.class,
            Date.class,
            ProcessHandle.class,
            Thread.class,
            Path.class);

    @Test
    void areTheOnesThatWereLookedAt() throws Exception {
        assertThat(frozen()).containsExactly("io.netty.util.internal.CleanerJava25");
    }

    @Test
    void holdNothingOfTheMoment() throws Exception {
        for (String name : frozen()) {
            assertThat(ofTheMoment(Class.forName(name, false, getClass().getClassLoader())))
                    .as(name)
                    .isEmpty();
        }
    }

    /** Or the test above might look past everything. */
    @Test
    void wouldBeSeen() {
        assertThat(ofTheMoment(Momentary.class)).containsExactlyInAnyOrder("CHANCE", "SEED", "HERE", "ZONE");
    }

    private static List<String> ofTheMoment(Class<?> frozen) {
        return Arrays.stream(frozen.getDeclaredFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()))
                .filter(field ->
                        OF_THE_MOMENT.stream().anyMatch(kind -> kind.isAssignableFrom(element(field.getType()))))
                .map(Field::getName)
                .toList();
    }

    private static Class<?> element(Class<?> type) {
        return type.isArray() ? element(type.getComponentType()) : type;
    }

    /** Of us and of all that ships with us: packages cannot be named but by classes, since classes are looked at. */
    private static List<String> frozen() throws IOException {
        List<String> names = new ArrayList<>();
        for (URL properties : properties()) {
            Properties read = new Properties();
            try (InputStream in = properties.openStream()) {
                read.load(in);
            }
            Stream.of(read.getProperty("Args", "").strip().split("\\s+"))
                    .filter(option -> option.startsWith(BUILD_TIME))
                    .flatMap(option ->
                            Stream.of(option.substring(BUILD_TIME.length() + 1).split(",")))
                    .forEach(names::add);
        }
        return names;
    }

    private static List<URL> properties() throws IOException {
        List<URL> found = new ArrayList<>();
        ClassLoader loader = FrozenClassesTest.class.getClassLoader();
        for (String place : List.of(
                "io.agentctl/controller",
                "io.agentctl/pki",
                "io.netty/netty-buffer",
                "io.netty/netty-common",
                "io.netty/netty-handler")) {
            List<URL> here = Collections.list(
                    loader.getResources("META-INF/native-image/" + place + "/native-image.properties"));
            assertThat(here).as(place).hasSize(1);
            found.addAll(here);
        }
        return found;
    }

    @SuppressWarnings("unused")
    private static final class Momentary {
        private static final Random CHANCE = new SecureRandom();
        private static final UUID[] SEED = {};
        private static final InetAddress HERE = InetAddress.getLoopbackAddress();
        private static final ZoneId ZONE = ZoneId.of("UTC");
        private static final String NAME = "of no moment";

        private final Random perInstance = new Random(1);
    }
}
