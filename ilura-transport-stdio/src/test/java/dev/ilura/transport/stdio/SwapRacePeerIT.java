package dev.ilura.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SwapRacePeerIT {
    private static final int LOOPS = 10_000;

    /** That the swapped program never ran is checked at each start. */
    @Test
    void inTenThousandStartsTheSwappedProgramNeverRuns(@TempDir Path root) throws Exception {
        SwapRace.Outcome outcome = new SwapRace(root.toRealPath()).run(LOOPS);

        System.out.println("swap race: " + outcome);
        assertThat(outcome.started()).isGreaterThan(LOOPS / 100);
        assertThat(outcome.refused()).isGreaterThan(LOOPS / 100);
        assertThat(outcome.swaps()).isGreaterThan(LOOPS);
    }
}
