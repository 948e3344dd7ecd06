import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Prints what the jars of a class path tell about native executables as arguments for the builder, each ended by a zero byte: {@code java
 * ImageArguments.java JAR...}. The command {@code native-image} does that by itself, and translates the options as we do.
 */
class ImageArguments {
    private static final String FOLDER = "META-INF/native-image/";
    private static final String PROPERTIES = "native-image.properties";

    /** The builder wants to know where an option comes from. These are written by people. */
    private static final String ORIGIN = "@user+api";

    /** The builder's options that name what such a file is. */
    private static final Map<String, String> FILES = Map.of(
            "reachability-metadata.json", "ReachabilityMetadataResources",
            "reflect-config.json", "ReflectionConfigurationResources",
            "resource-config.json", "ResourceConfigurationResources",
            "proxy-config.json", "DynamicProxyConfigurationResources",
            "jni-config.json", "JNIConfigurationResources",
            "serialization-config.json", "SerializationConfigurationResources");

    public static void main(String[] jars) throws IOException {
        for (String jar : jars) {
            try (ZipFile zip = new ZipFile(jar)) {
                List<? extends ZipEntry> entries = zip.stream()
                        .filter(entry -> entry.getName().startsWith(FOLDER) && !entry.isDirectory())
                        .toList();
                for (ZipEntry entry : entries) {
                    arguments(zip, entry).forEach(argument -> System.out.print(argument + '\0'));
                }
            }
        }
        System.out.flush();
    }

    private static Stream<String> arguments(ZipFile jar, ZipEntry entry) throws IOException {
        String file = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
        if (FILES.containsKey(file)) {
            return Stream.of("-H:" + FILES.get(file) + ORIGIN + "=" + entry.getName());
        }
        if (!file.equals(PROPERTIES)) {
            return Stream.empty();
        }
        Properties properties = new Properties();
        properties.load(new StringReader(new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8)));
        return Arrays.stream(properties.getProperty("Args", "").strip().split("\\s+"))
                .filter(option -> !option.isEmpty())
                .flatMap(ImageArguments::translated);
    }

    private static Stream<String> translated(String option) {
        int equals = option.indexOf('=');
        String name = equals < 0 ? option : option.substring(0, equals);
        String value = option.substring(equals + 1);
        return switch (name) {
            case "--initialize-at-build-time" -> initialized(value, "build_time");
            case "--initialize-at-run-time" -> initialized(value, "run_time");
            case "--enable-url-protocols" -> Stream.of("-H:EnableURLProtocols" + ORIGIN + "=" + value);
            case "--enable-native-access" -> Stream.of("-H:EnableNativeAccess" + ORIGIN + "=" + value);
            case "--install-exit-handlers" -> Stream.of("-H:+InstallExitHandlers" + ORIGIN);
            case "-march" -> Stream.of("-H:MicroArchitecture" + ORIGIN + "=" + value);
            default -> {
                if (name.startsWith("-O")) {
                    yield Stream.of("-H:Optimize" + ORIGIN + "=" + name.substring(2));
                }
                if (!name.startsWith("-H:") && !name.startsWith("-R:")) {
                    throw new IllegalArgumentException("the builder's name for " + option + " is not known here: add it");
                }
                yield Stream.of(name + ORIGIN + option.substring(name.length()));
            }
        };
    }

    private static Stream<String> initialized(String classes, String time) {
        return Arrays.stream(classes.split(","))
                .map(name -> "-H:ClassInitialization" + ORIGIN + "=" + name + ":" + time);
    }
}
