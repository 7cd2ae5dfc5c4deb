package dev.ilura.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SwapRacePeerIT {
    private static final int LOOPS = 10_000;

    /** That the swapped program never ran is checked at each start. */
    @ParameterizedTest
    @EnumSource(
            value = Holding.class,
            names = {"OPEN_FILE", "COPY"})
    void inTenThousandStartsTheSwappedProgramNeverRuns(Holding holding, @TempDir Path root) throws Exception {
        SwapRace.Outcome outcome = new SwapRace(root.toRealPath()).run(holding, LOOPS);

        System.out.println("swap race, " + holding + ": " + outcome);
        assertThat(outcome.started()).isGreaterThan(LOOPS / 100);
        assertThat(outcome.refused()).isGreaterThan(LOOPS / 100);
        assertThat(outcome.swaps()).isGreaterThan(LOOPS);
    }
}
