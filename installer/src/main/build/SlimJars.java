import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Leaves in a library's jars only the classes that are needed: {@code java SlimJars.java DIR PACKAGE PREFIX…}. DIR has all jars; those whose names
 * start with a PREFIX are rewritten, their classes being those below PACKAGE, such as {@code org.bouncycastle}. Needed is whatever a class that is kept
 * names, in its code or in any string, beginning with all classes of the other jars. Java holds the directory of every jar in memory, and a library of
 * thousands of classes has one of a megabyte.
 *
 * <p>Only for a library that finds no classes by names it puts together. What a jar has for later versions of Java goes, and so do signatures, which are
 * of the whole jar; what else is no class stays: licences.
 */
class SlimJars {
    private static final String CLASS = ".class";
    private static final String VERSIONS = "META-INF/versions/";

    private final Pattern name;
    private final Map<String, byte[]> library = new LinkedHashMap<>();
    private final Set<String> kept = new TreeSet<>();
    private final Deque<byte[]> unread = new ArrayDeque<>();

    private SlimJars(String libraryPackage) {
        // With dots or slashes: a class's name stands in descriptors and in strings, too.
        this.name = Pattern.compile(Pattern.quote(libraryPackage).replace(".", "\\E[./]\\Q") + "[./][\\w./$]+");
    }

    public static void main(String[] args) throws IOException {
        List<String> prefixes = Arrays.asList(args).subList(2, args.length);
        SlimJars slim = new SlimJars(args[1]);
        List<Path> jars;
        try (Stream<Path> files = Files.list(Path.of(args[0]))) {
            jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
        List<Path> large = jars.stream()
                .filter(jar -> prefixes.stream().anyMatch(jar.getFileName().toString()::startsWith))
                .toList();
        if (large.size() != prefixes.size()) {
            throw new IOException("of " + prefixes + " there are " + large);
        }
        for (Path jar : jars) {
            slim.read(jar, large.contains(jar));
        }
        slim.follow();
        for (Path jar : large) {
            slim.rewrite(jar);
        }
    }

    private void read(Path jar, boolean isLarge) throws IOException {
        try (ZipFile in = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : entries(in)) {
                if (!entry.getName().endsWith(CLASS) || isLarge && entry.getName().startsWith(VERSIONS)) {
                    continue;
                }
                byte[] content = in.getInputStream(entry).readAllBytes();
                if (isLarge) {
                    library.put(entry.getName().substring(0, entry.getName().length() - CLASS.length()), content);
                } else {
                    unread.add(content);
                }
            }
        }
    }

    private void follow() throws IOException {
        while (!unread.isEmpty()) {
            for (String text : texts(unread.remove())) {
                Matcher found = name.matcher(text);
                while (found.find()) {
                    keep(found.group().replace('.', '/'));
                }
            }
        }
    }

    private void keep(String className) {
        byte[] content = library.get(className);
        if (content != null && kept.add(className)) {
            unread.add(content);
        }
    }

    /** Every text in a class file's pool of constants: JVMS 4.4. */
    private static List<String> texts(byte[] classFile) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(classFile));
        in.skipNBytes(8);
        int count = in.readUnsignedShort();
        String[] texts = new String[count];
        for (int i = 1; i < count; i++) {
            int tag = in.readUnsignedByte();
            switch (tag) {
                case 1 -> texts[i] = in.readUTF();
                case 7, 8, 16, 19, 20 -> in.skipNBytes(2);
                case 15 -> in.skipNBytes(3);
                case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipNBytes(4);
                case 5, 6 -> {
                    in.skipNBytes(8);
                    // These take two places.
                    i++;
                }
                default -> throw new IOException("a constant of the unknown kind " + tag);
            }
        }
        return Stream.of(texts).filter(text -> text != null).toList();
    }

    private void rewrite(Path jar) throws IOException {
        Path slim = jar.resolveSibling(jar.getFileName() + ".slim");
        int all = 0;
        int left = 0;
        try (ZipFile in = new ZipFile(jar.toFile());
                JarOutputStream out = new JarOutputStream(Files.newOutputStream(slim))) {
            for (ZipEntry entry : entries(in)) {
                String path = entry.getName();
                boolean isClass = path.endsWith(CLASS);
                all += isClass ? 1 : 0;
                if (isClass
                        ? !kept.contains(path.substring(0, path.length() - CLASS.length()))
                        : entry.isDirectory() || path.startsWith(VERSIONS) || path.matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)")) {
                    continue;
                }
                left += isClass ? 1 : 0;
                ZipEntry copy = new ZipEntry(path);
                // As it is written, whatever the time zone here.
                copy.setTimeLocal(entry.getTimeLocal());
                out.putNextEntry(copy);
                if (path.equals(JarFile.MANIFEST_NAME)) {
                    manifest(in, entry).write(out);
                } else {
                    in.getInputStream(entry).transferTo(out);
                }
            }
        }
        Files.delete(jar);
        Files.move(slim, jar);
        System.out.printf("%s: %d of %d classes are needed%n", jar.getFileName(), left, all);
    }

    /** Without the sums of entries, which belong to the signature. */
    private static Manifest manifest(ZipFile jar, ZipEntry entry) throws IOException {
        Manifest manifest = new Manifest(jar.getInputStream(entry));
        manifest.getEntries().clear();
        manifest.getMainAttributes().remove(Attributes.Name.MULTI_RELEASE);
        return manifest;
    }

    private static List<ZipEntry> entries(ZipFile jar) {
        return jar.stream().<ZipEntry>map(entry -> entry).toList();
    }
}
