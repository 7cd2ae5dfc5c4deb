package dev.ilura.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SwapRacePeerIT {
    private static final int LOOPS = 10_000;

    /** The attack at the worst moment, after the look and before the start. */
    @ParameterizedTest
    @EnumSource(
            value = Holding.class,
            names = {"OPEN_FILE", "COPY"})
    void swappedBetweenCheckAndStartItNeverRunsInTenThousandLoops(Holding holding, @TempDir Path root)
            throws Exception {
        new SwapRace(root.toRealPath()).between(holding, LOOPS);
    }

    /** And at any moment, by a thread that does nothing else; a start is refused or is the judged program's. */
    @ParameterizedTest
    @EnumSource(
            value = Holding.class,
            names = {"OPEN_FILE", "COPY"})
    void swappedAllTheTimeItNeverRuns(Holding holding, @TempDir Path root) throws Exception {
        SwapRace.Outcome outcome = new SwapRace(root.toRealPath()).run(holding, LOOPS / 10);

        System.out.println("swap race, " + holding + ": " + outcome);
        assertThat(outcome.started() + outcome.refused()).isGreaterThanOrEqualTo(LOOPS / 10);
    }
}
