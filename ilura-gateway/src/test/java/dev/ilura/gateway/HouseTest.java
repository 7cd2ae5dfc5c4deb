package dev.ilura.gateway;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.ilura.json.JsonWriter;
import java.io.FileReader;
import java.io.FileWriter;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.concurrent.TimeUnit;

/** The house rules that a machine can check, over the classes of all rooms. */
@AnalyzeClasses(packages = "dev.ilura", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {
    private static final String CORE = "dev.ilura";
    private static final String[] CORE_PACKAGES = {
        CORE, "dev.ilura.spi..", "dev.ilura.json..", "dev.ilura.text..", "dev.ilura.internal.."
    };

    @ArchTest
    static final ArchRule coreKnowsNoRoom = noClasses()
            .that()
            .resideInAnyPackage(CORE_PACKAGES)
            .should()
            .dependOnClassesThat(resideInAPackage("dev.ilura..").and(not(resideInAnyPackage(CORE_PACKAGES))));

    @ArchTest
    static final ArchRule policyKnowsOnlyCore = onlyCoreFor("dev.ilura.policy..");

    @ArchTest
    static final ArchRule auditKnowsOnlyCore = onlyCoreFor("dev.ilura.audit..");

    @ArchTest
    static final ArchRule stdioKnowsOnlyCore = onlyCoreFor("dev.ilura.transport.stdio..");

    @ArchTest
    static final ArchRule approvalKnowsOnlyCore = onlyCoreFor("dev.ilura.approval..");

    @ArchTest
    static final ArchRule sseKnowsOnlyCore =
            onlyCoreFor("dev.ilura.transport.sse..").allowEmptyShould(true);

    @ArchTest
    static final ArchRule toolsKnowOnlyCore = onlyCoreFor("dev.ilura.tools..").allowEmptyShould(true);

    @ArchTest
    static final ArchRule internalsAreUsedInTheirOwnRoomOnly = classes()
            .that()
            .resideInAPackage("dev.ilura.gateway..")
            .should()
            .onlyDependOnClassesThat(not(resideInAnyPackage(
                    "dev.ilura.internal..",
                    "dev.ilura.policy.internal..",
                    "dev.ilura.audit.internal..",
                    "dev.ilura.transport.stdio.internal..",
                    "dev.ilura.approval.internal..")));

    @ArchTest
    static final ArchRule oneClassStartsProcesses = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.ilura.transport.stdio.ChildProcess")
            .should()
            .dependOnClassesThat(equivalentTo(ProcessBuilder.class))
            .orShould()
            .callMethod(Runtime.class, "exec", String.class)
            .orShould()
            .callMethod(Runtime.class, "exec", String[].class)
            .orShould()
            .callMethod(Runtime.class, "exec", String[].class, String[].class)
            .orShould()
            .callMethod(Runtime.class, "exec", String.class, String[].class);

    @ArchTest
    static final ArchRule oneClassReadsTheClock = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.ilura.spi.SystemTime")
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(LocalDate.class, "now")
            .orShould()
            .callMethod(LocalDateTime.class, "now")
            .orShould()
            .callMethod(ZonedDateTime.class, "now")
            .orShould()
            .callMethod(OffsetDateTime.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(Clock.class, "systemDefaultZone")
            .orShould()
            .callConstructor(Date.class);

    @ArchTest
    static final ArchRule oneClassBuildsTheJsonMapper = noClasses()
            .that()
            .doNotBelongToAnyOf(JsonWriter.class)
            .should()
            .callConstructor(ObjectMapper.class)
            .orShould()
            .callMethod(JsonMapper.class, "builder");

    /** The platform's charset would make one text two texts on two machines. */
    @ArchTest
    static final ArchRule charsetIsAlwaysSpelled = noClasses()
            .should()
            .callConstructor(InputStreamReader.class, InputStream.class)
            .orShould()
            .callConstructor(OutputStreamWriter.class, OutputStream.class)
            .orShould()
            .callConstructor(FileReader.class, String.class)
            .orShould()
            .callConstructor(FileWriter.class, String.class)
            .orShould()
            .callMethod(String.class, "getBytes")
            .orShould()
            .callConstructor(String.class, byte[].class);

    /** A terminal can only be looked at again and again: a blocked read of it cannot be ended. */
    @ArchTest
    static final ArchRule nobodyElseSleeps = noClasses()
            .that(not(nameMatching("dev\\.ilura\\.approval\\.DevTty(\\$.*)?")))
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(TimeUnit.class, "sleep", long.class);

    /** A call's context travels in its types; a thread serves many calls. */
    @ArchTest
    static final ArchRule nothingHidesInThreads =
            noClasses().should().dependOnClassesThat(equivalentTo(ThreadLocal.class));

    private static ArchRule onlyCoreFor(String room) {
        return noClasses()
                .that()
                .resideInAPackage(room)
                .should()
                .dependOnClassesThat(resideInAPackage("dev.ilura..")
                        .and(not(resideInAnyPackage(CORE_PACKAGES)))
                        .and(not(JavaClass.Predicates.resideInAPackage(room))));
    }
}
