package io.nspawn.testkit.lab;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.ClassTemplate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A JUnit Jupiter test class whose tests run inside a {@link LabHost}, once for each release, as root beside a real
 * systemd, in a JVM of their own.
 *
 * <pre>{@code
 * @LabTest({"bookworm", "trixie"})
 * class DeployTest {
 *     @Test
 *     void deploys() { … Host.local() … Lab.release() … }
 * }
 * }</pre>
 *
 * <p>Results are reported where the tests were started, under names like {@code systemd 252 (bookworm)}, with the
 * stack traces from inside. The labs are shared by all classes of a JVM run and end with it; classes come one after
 * another, under parallel execution too, so a class leaves its lab as it has found it. Where no lab can be started, each test is aborted with a
 * message that names what is missing.
 *
 * <p>Test and lifecycle methods run inside only. Constructors, field and class initialisers and other extensions run
 * outside as well and leave the host alone. Inside, the whole class runs, also when only some of its methods were
 * asked for. The class path and the working directory are those of the JVM outside, shared read-only. Jupiter tests of
 * every kind are reported; dynamic ones without their nesting.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ClassTemplate
@ResourceLock("io.nspawn.testkit.lab")
@Tag("lab")
@ExtendWith(LabTestExtension.class)
public @interface LabTest {
    /** The code names of the releases; both unless set. */
    String[] value() default {"bookworm", "trixie"};

    /** How many seconds the class may take inside, for each release. */
    int timeoutSeconds() default 600;

    /**
     * Whether nothing else may run in a lab of this machine meanwhile, of other JVMs either: for what lowers a bound of
     * the one kernel that they share. It waits for the others up to 20 minutes, and is aborted then.
     */
    boolean alone() default false;
}
