package io.agentctl;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.io.Externalizable;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Map;
import java.util.Set;

/**
 * Who may know whom, and who alone may use which library.
 *
 * <p>Every rule here forbids something, so a rule that finds no class to judge passes ({@code allowEmptyShould},
 * {@code optionalLayer}): a room whose classes have moved out breaks nothing.
 */
@AnalyzeClasses(packages = "io.agentctl", importOptions = LayoutTest.MainClasses.class)
class LayoutTest {

    /** The rooms, and the rooms that each may know. The composition root and cli, which know all, are not listed. */
    private static final Map<String, Set<String>> KNOWS = Map.ofEntries(
            Map.entry("renewal", Set.of("audit", "receiver", "connection", "agent", "pki")),
            Map.entry("push", Set.of("audit", "receiver", "connection", "agent", "pki")),
            Map.entry("status", Set.of("activity", "audit", "receiver", "connection", "agent", "json", "pki")),
            Map.entry("doctor", Set.of("activity", "receiver", "connection", "agent", "json", "live", "net", "pki")),
            Map.entry("registration", Set.of("receiver", "connection", "json", "pki")),
            Map.entry("pull", Set.of("activity", "audit", "agent", "connection", "executable", "net", "pki")),
            Map.entry("live", Set.of("activity", "json", "net")),
            Map.entry("metrics", Set.of("activity", "audit", "connection", "pki")),
            Map.entry("activity", Set.of("audit", "connection", "json")),
            Map.entry("systemd", Set.of()),
            Map.entry("audit", Set.of("connection", "json", "pki")),
            Map.entry("log", Set.of("pki")),
            Map.entry("receiver", Set.of("connection", "json", "net", "pki")),
            Map.entry("config", Set.of("agent", "net", "pki")),
            Map.entry("connection", Set.of("json", "pki")),
            Map.entry("agent", Set.of()),
            Map.entry("executable", Set.of()),
            Map.entry("json", Set.of()),
            Map.entry("net", Set.of()),
            Map.entry("pki", Set.of()));

    @ArchTest
    static final ArchRule arrowsPointDown = arrows();

    @ArchTest
    static final ArchRule onlyPullUsesNetty = noClasses()
            .that()
            .resideOutsideOfPackage("io.agentctl.pull..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.netty.."))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyPkiUsesBouncyCastle = noClasses()
            .that()
            .resideOutsideOfPackage("io.agentctl.pki..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("org.bouncycastle.."))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyMetricsUsesPrometheus = noClasses()
            .that()
            .resideOutsideOfPackage("io.agentctl.metrics..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.prometheus.."))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyCliAndMainUsePicocli = noClasses()
            .that()
            .resideOutsideOfPackage("io.agentctl.cli..")
            .and()
            .doNotHaveFullyQualifiedName("io.agentctl.Main")
            .should()
            .dependOnClassesThat(resideInAnyPackage("picocli.."))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyCliAndMainPrint = noClasses()
            .that()
            .resideOutsideOfPackage("io.agentctl.cli..")
            .and()
            .doNotHaveFullyQualifiedName("io.agentctl.Main")
            // It keeps from stdout what the JDK prints there.
            .and()
            .doNotHaveFullyQualifiedName("io.agentctl.pki.SlotInfo")
            .should(ACCESS_STANDARD_STREAMS)
            .because("stdout belongs to the scripts that parse it; everybody else logs")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule noPackageIsADrawer = noClasses()
            .should()
            .resideInAnyPackage("..util..", "..common..", "..service..", "..model..", "..impl..")
            .because("a package is named after what it is about")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule noClassIsADrawer = noClasses()
            .should()
            .haveNameMatching(".*(Utils|Util|Helper|Manager|Impl)")
            .because("a class is named after the one thing that it decides")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule nothingIsSerializedByJava = noClasses()
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(ObjectInputStream.class, ObjectOutputStream.class, Externalizable.class)
            .because("reading a serialized object runs code that the sender chose")
            .allowEmptyShould(true);

    private static ArchRule arrows() {
        LayeredArchitecture rooms = layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .optionalLayer("composition root")
                .definedBy("io.agentctl")
                .optionalLayer("cli")
                .definedBy("io.agentctl.cli..");
        for (String room : KNOWS.keySet()) {
            rooms = rooms.optionalLayer(room).definedBy("io.agentctl." + room + "..");
        }
        for (Map.Entry<String, Set<String>> arrow : KNOWS.entrySet()) {
            String[] known = arrow.getValue().toArray(String[]::new);
            rooms = known.length == 0
                    ? rooms.whereLayer(arrow.getKey()).mayNotAccessAnyLayer()
                    : rooms.whereLayer(arrow.getKey()).mayOnlyAccessLayers(known);
        }
        return rooms.ensureAllClassesAreContainedInArchitecture().allowEmptyShould(true);
    }

    /** Leaves out test classes and test-jars: the site simulator uses whatever it likes. */
    static final class MainClasses implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/test-classes/") && !location.contains("-tests.jar");
        }
    }
}
