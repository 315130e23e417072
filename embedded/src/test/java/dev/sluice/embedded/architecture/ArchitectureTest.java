package dev.sluice.embedded.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.sluice.schemas.registry.HttpSchemaRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;

/** The rules of ARCHITECTURE.md; each says what to do instead. */
@AnalyzeClasses(packages = "dev.sluice", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule packages_of_the_engine_form_no_cycle =
            slices().matching("dev.sluice.sink.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule packages_of_the_service_form_no_cycle =
            slices().matching("dev.sluice.app.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule packages_of_the_platform_form_no_cycle =
            slices().matching("dev.sluice.embedded.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule the_engine_knows_no_kafka = noClasses()
            .that()
            .resideInAPackage("dev.sluice.sink..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "dev.sluice.app..", "dev.sluice.load..", "dev.sluice.embedded..")
            .because("the engine must serve any source; pass what it needs as values, and keep Kafka in streams-app");

    @ArchTest
    static final ArchRule the_engine_knows_no_orders = noClasses()
            .that()
            .resideInAnyPackage("dev.sluice.sink..", "dev.sluice.app..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.sluice.schemas.orders..")
            .because(
                    "a second source is a few files and no Java; what is special to orders belongs in sluice.yaml and models/");

    @ArchTest
    static final ArchRule the_judge_shares_nothing_with_the_sink = classes()
            .that()
            .resideInAPackage("dev.sluice.load..")
            .should()
            .onlyDependOnClassesThat(resideInAPackage("dev.sluice.load..")
                    .or(resideInAPackage("dev.sluice.schemas.."))
                    .or(resideInAPackage("dev.sluice.error.."))
                    .or(com.tngtech.archunit.base.DescribedPredicate.not(resideInAPackage("dev.sluice.."))))
            .because("expected tables that share code with the sink share its mistakes");

    @ArchTest
    static final ArchRule schemas_depend_on_nothing_of_ours = noClasses()
            .that()
            .resideInAnyPackage("dev.sluice.schemas..", "dev.sluice.error..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.sluice.sink..", "dev.sluice.app..", "dev.sluice.load..", "dev.sluice.embedded..")
            .because("every module stands on this one");

    @ArchTest
    static final ArchRule nothing_stands_on_the_embedded_platform = noClasses()
            .that()
            .resideOutsideOfPackage("dev.sluice.embedded..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.sluice.embedded..")
            .because("the service runs without it");

    @ArchTest
    static final ArchRule time_is_passed_in = noClasses()
            .that()
            .resideOutsideOfPackages("dev.sluice.app.cli..", "dev.sluice.embedded")
            .and()
            // Its one-argument factory is for callers without a clock; the other takes one.
            .areNotAssignableTo(HttpSchemaRegistry.class)
            .and()
            .haveSimpleNameNotEndingWith("Main")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(LocalDate.class, "now")
            .orShould()
            .callMethod(LocalDateTime.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(InstantSource.class, "system")
            .because("a test must be able to set the time; take a Clock or an InstantSource in the constructor");

    @ArchTest
    static final ArchRule nobody_sleeps = noClasses()
            .that()
            // Hands its backoff the pause between two tries.
            .areNotAssignableTo(HttpSchemaRegistry.class)
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .because("waiting is for a condition: poll it with a deadline, or use dev.sluice.app.retry.Pause");

    @ArchTest
    static final ArchRule the_jvm_ends_in_main_only = noClasses()
            .that()
            .haveSimpleNameNotEndingWith("Main")
            .and()
            .doNotHaveSimpleName("Sluice")
            .should()
            .callMethod(System.class, "exit", int.class)
            .because("an exit code is returned by the command, and a failure is an exception");
}
