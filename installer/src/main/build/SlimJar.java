import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
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
 * Leaves in a library's jar only the classes that its one user needs: {@code java SlimJar.java DIR LIBRARY USER PACKAGE}. The jars in DIR are those whose
 * names start with LIBRARY- and USER-; the library's classes are below PACKAGE, such as {@code org.bouncycastle}. Needed is whatever a class that is
 * needed names, in its code or in any string, beginning with the user's. Java holds the directory of every jar in memory, and a library of thousands
 * of classes has one of a megabyte.
 *
 * <p>Only for a library that finds no classes by names it puts together. What the jar has for later versions of Java goes, and so does its signature,
 * which is of the whole; what else is no class stays: licences.
 */
class SlimJar {
    private static final String CLASS = ".class";
    private static final String VERSIONS = "META-INF/versions/";

    private final Pattern name;
    private final Map<String, byte[]> library = new LinkedHashMap<>();
    private final Set<String> kept = new TreeSet<>();
    private final Deque<byte[]> unread = new ArrayDeque<>();

    private SlimJar(String libraryPackage) {
        // With dots or slashes: a class's name stands in descriptors and in strings, too.
        this.name = Pattern.compile(Pattern.quote(libraryPackage).replace(".", "\\E[./]\\Q") + "[./][\\w./$]+");
    }

    public static void main(String[] args) throws IOException {
        Path jar = find(Path.of(args[0]), args[1]);
        SlimJar slim = new SlimJar(args[3]);
        try (ZipFile in = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : entries(in)) {
                String path = entry.getName();
                if (path.endsWith(CLASS) && !path.startsWith(VERSIONS)) {
                    slim.library.put(
                            path.substring(0, path.length() - CLASS.length()),
                            in.getInputStream(entry).readAllBytes());
                }
            }
        }
        try (ZipFile in = new ZipFile(find(Path.of(args[0]), args[2]).toFile())) {
            for (ZipEntry entry : entries(in)) {
                if (entry.getName().endsWith(CLASS)) {
                    slim.unread.add(in.getInputStream(entry).readAllBytes());
                }
            }
        }
        slim.follow();
        slim.rewrite(jar);
    }

    private static Path find(Path directory, String start) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> found = files.filter(
                            file -> file.getFileName().toString().matches(Pattern.quote(start) + "-.*\\.jar"))
                    .toList();
            if (found.size() != 1) {
                throw new IOException("one " + start + "-*.jar was expected, there are " + found);
            }
            return found.get(0);
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
