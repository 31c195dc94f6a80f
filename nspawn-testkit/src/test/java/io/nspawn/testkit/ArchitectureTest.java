package io.nspawn.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Who may use whom. Dependencies run downwards only, between modules and between packages. */
@AnalyzeClasses(packages = "io.nspawn", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String BTRFS = "io.nspawn.btrfs..";
    private static final String NET = "io.nspawn.net..";
    private static final String MODEL = "io.nspawn.model";
    private static final String CONFIG = "io.nspawn.config";
    private static final String SETTINGS = "io.nspawn.config.nspawn";
    private static final String SPI = "io.nspawn.spi";
    private static final String DBUS = "io.nspawn.dbus..";
    private static final String DEPLOY = "io.nspawn.deploy";
    private static final String HOST = "io.nspawn.host";
    private static final String INTERNAL = "io.nspawn.internal";
    private static final String LOCAL = "io.nspawn.local";
    private static final String TOP = "io.nspawn";
    private static final String TESTKIT = "io.nspawn.testkit";
    private static final String LAB = "io.nspawn.testkit.lab..";

    /** What every package may use: the JDK, the logger, annotations. */
    private static final List<String> COMMON = List.of("java..", "org.slf4j..", "org.jspecify..");

    private static final List<String> NATIVE = List.of("jnr..", "com.kenai.jffi..");
    private static final List<String> BUS = List.of("org.freedesktop..", "org.newsclub..");

    private static final String[] EXPORTED = {
        "io.nspawn.btrfs",
        "io.nspawn.net",
        TOP,
        CONFIG,
        SETTINGS,
        DEPLOY,
        HOST,
        MODEL,
        SPI,
        TESTKIT,
        "io.nspawn.testkit.contract",
        "io.nspawn.testkit.lab"
    };

    @ArchTest
    static void everyPackageIsLookedAt(JavaClasses all) {
        Set<String> known = Set.of(
                "io.nspawn.btrfs",
                "io.nspawn.net",
                MODEL,
                CONFIG,
                SETTINGS,
                SPI,
                "io.nspawn.dbus",
                DEPLOY,
                HOST,
                INTERNAL,
                LOCAL,
                TOP,
                TESTKIT,
                "io.nspawn.testkit.contract",
                "io.nspawn.testkit.lab");
        assertThat(all.stream().map(JavaClass::getPackageName).distinct()).isSubsetOf(known);
        assertThat(all.stream().map(JavaClass::getPackageName).distinct())
                .contains(MODEL, CONFIG, SPI, DEPLOY, HOST, LOCAL, TOP, TESTKIT);
    }

    @ArchTest
    static final ArchRule btrfsStandsAlone = mayUse(BTRFS, NATIVE, BTRFS);

    @ArchTest
    static final ArchRule netStandsAlone = mayUse(NET, NATIVE, NET);

    @ArchTest
    static final ArchRule modelIsTheGround = mayUse(MODEL, List.of(), MODEL, NET);

    @ArchTest
    static final ArchRule internalStandsAlone = mayUse(INTERNAL, List.of(), INTERNAL);

    @ArchTest
    static final ArchRule configStandsOnModel = mayUse(CONFIG, List.of(), CONFIG, MODEL, NET);

    @ArchTest
    static final ArchRule settingsStandOnConfig = mayUse(SETTINGS, List.of(), SETTINGS, CONFIG, MODEL, NET);

    @ArchTest
    static final ArchRule spiStandsOnModel = mayUse(SPI, List.of(), SPI, MODEL, NET);

    @ArchTest
    static final ArchRule dbusStandsOnModel = mayUse(DBUS, BUS, DBUS, MODEL, NET);

    @ArchTest
    static final ArchRule deploySeesThePortsOnly =
            mayUse(DEPLOY, List.of(), DEPLOY, CONFIG, SETTINGS, SPI, MODEL, INTERNAL, NET);

    @ArchTest
    static final ArchRule hostSeesThePortsOnly =
            mayUse(HOST, List.of(), HOST, CONFIG, SETTINGS, SPI, MODEL, INTERNAL, NET);

    @ArchTest
    static final ArchRule localJoinsTheRealOnes = mayUse(LOCAL, NATIVE, LOCAL, DBUS, CONFIG, SPI, MODEL, NET, BTRFS);

    @ArchTest
    static final ArchRule theTopIsThin =
            mayUse(TOP, List.of(), TOP, DEPLOY, HOST, LOCAL, CONFIG, SETTINGS, SPI, MODEL, INTERNAL, NET);

    @ArchTest
    static final ArchRule theFakeSeesWhatUsersSee = mayUse(
            TESTKIT,
            List.of("org.junit.jupiter.api..", "org.assertj.."),
            TESTKIT,
            TOP,
            CONFIG,
            SETTINGS,
            HOST,
            DEPLOY,
            SPI,
            MODEL,
            NET);

    @ArchTest
    static final ArchRule onlyHostOpensTheRealPorts = classes()
            .that()
            .resideInAPackage(LOCAL)
            .should()
            .onlyBeAccessed()
            .byClassesThat(DescribedPredicate.describe(
                    "are local's own, Host or SelfTest",
                    (JavaClass c) -> c.getPackageName().equals(LOCAL)
                            || c.getFullName().equals("io.nspawn.Host")
                            || c.getFullName().equals("io.nspawn.SelfTest")));

    @ArchTest
    static final ArchRule onlyLocalSpeaksOnTheBus = classes()
            .that()
            .resideInAPackage(DBUS)
            .should()
            .onlyBeAccessed()
            .byAnyPackage(DBUS, LOCAL)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule noPackagesUseEachOther =
            slices().matching("io.nspawn.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule noForeignTypeIsSeen = classes()
            .that()
            .resideInAnyPackage(EXPORTED)
            .and()
            .arePublic()
            .should(showOnly("java..", "io.nspawn..", "org.junit..", "org.assertj.."));

    @ArchTest
    static final ArchRule nobodyPrints = noClasses()
            .that()
            .resideOutsideOfPackage(LAB)
            .and()
            .doNotHaveFullyQualifiedName("io.nspawn.SelfTest")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .orShould()
            .callMethod(Throwable.class, "printStackTrace");

    @ArchTest
    static final ArchRule nobodySleeps = noClasses()
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(Thread.class, "sleep", long.class, int.class);

    @ArchTest
    static final ArchRule nobodyRunsAShell = noClasses()
            .should()
            .callMethodWhere(DescribedPredicate.describe(
                    "Runtime.exec",
                    call -> call.getTarget().getOwner().isEquivalentTo(Runtime.class)
                            && call.getTarget().getName().equals("exec")));

    @ArchTest
    static final ArchRule statesAreNotStatic =
            fields().that().areStatic().should(beFinal()).andShould(notHoldWhatChanges());

    /** A class of these packages depends on nothing but them, what all may use, and what is named besides. */
    private static ArchRule mayUse(String own, List<String> besides, String... below) {
        String[] allowed = Stream.of(COMMON.stream(), besides.stream(), Arrays.stream(below))
                .flatMap(s -> s)
                .toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage(own)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed)
                .allowEmptyShould(own.equals(DBUS));
    }

    private static ArchCondition<JavaClass> showOnly(String... packages) {
        DescribedPredicate<JavaClass> allowed = JavaClass.Predicates.resideInAnyPackage(packages);
        return new ArchCondition<>("show only types of " + String.join(", ", packages)) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                Stream<JavaMember> seen = type.getMembers().stream()
                        .filter(m -> m.getModifiers().contains(JavaModifier.PUBLIC)
                                || m.getModifiers().contains(JavaModifier.PROTECTED));
                seen.forEach(member -> types(member)
                        .filter(t -> !t.getBaseComponentType().isPrimitive() && !allowed.test(t.getBaseComponentType()))
                        .forEach(t -> events.add(SimpleConditionEvent.violated(
                                member, member.getDescription() + " shows " + t.getName()))));
                Stream.concat(type.getAllRawSuperclasses().stream(), type.getAllRawInterfaces().stream())
                        .filter(t -> !allowed.test(t))
                        .forEach(t -> events.add(
                                SimpleConditionEvent.violated(type, type.getName() + " is a " + t.getName())));
            }
        };
    }

    private static Stream<JavaClass> types(JavaMember member) {
        if (member instanceof JavaCodeUnit method) {
            return Stream.of(
                            method.getReturnType().getAllInvolvedRawTypes().stream(),
                            method.getParameterTypes().stream().flatMap(p -> p.getAllInvolvedRawTypes().stream()),
                            method.getExceptionTypes().stream().flatMap(t -> t.getAllInvolvedRawTypes().stream()),
                            method.getTypeParameters().stream().flatMap(t -> t.getAllInvolvedRawTypes().stream()))
                    .flatMap(s -> s);
        }
        return ((JavaField) member).getType().getAllInvolvedRawTypes().stream();
    }

    private static ArchCondition<JavaField> beFinal() {
        return new ArchCondition<>("be final") {
            @Override
            public void check(JavaField field, ConditionEvents events) {
                if (!field.getModifiers().contains(JavaModifier.FINAL)) {
                    events.add(SimpleConditionEvent.violated(field, field.getFullName() + " is static and not final"));
                }
            }
        };
    }

    /** Final is not enough for what changes inside. */
    private static ArchCondition<JavaField> notHoldWhatChanges() {
        List<String> changing = List.of(
                "java.util.concurrent.atomic.",
                "java.util.ArrayList",
                "java.util.HashMap",
                "java.util.HashSet",
                "java.util.ArrayDeque",
                "java.util.concurrent.ConcurrentHashMap",
                "java.lang.StringBuilder",
                "java.lang.ThreadLocal",
                "java.util.Random",
                "java.lang.Thread",
                "java.util.concurrent.Executor");
        return new ArchCondition<>("not hold what changes") {
            @Override
            public void check(JavaField field, ConditionEvents events) {
                String type = field.getRawType().getName();
                if (changing.stream().anyMatch(type::startsWith)) {
                    events.add(SimpleConditionEvent.violated(field, field.getFullName() + " holds a " + type));
                }
            }
        };
    }
}
