import java.io.File;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Prints the options of the JVM that open to the builder of native executables what the JDK keeps to itself, one a line: {@code java BuilderExports.java
 * PATH}, where PATH names the builder's jars. It is run with the JDK's modules that the builder will have: of others the JVM would warn.
 */
class BuilderExports {
    public static void main(String[] args) {
        Path[] jars = Arrays.stream(args[0].split(File.pathSeparator, -1)).map(Path::of).toArray(Path[]::new);
        String builder = ModuleFinder.of(jars).findAll().stream()
                .map(module -> module.descriptor().name())
                .sorted()
                .collect(Collectors.joining(","));
        List<Module> modules = ModuleLayer.boot().modules().stream()
                .sorted(Comparator.comparing(Module::getName))
                .toList();
        for (Module module : modules) {
            module.getPackages().stream()
                    .filter(name -> !module.isExported(name))
                    .sorted()
                    .forEach(name -> System.out.println("--add-exports=" + module.getName() + "/" + name + "=" + builder));
        }
    }
}
