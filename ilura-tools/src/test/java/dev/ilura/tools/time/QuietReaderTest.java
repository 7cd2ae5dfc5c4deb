package dev.ilura.tools.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JGit asks nobody but us. The harm: the first change of each process waited three seconds for a measurement. */
class QuietReaderTest {
    @Test
    void howFineTheClockOfTheFileSystemIsIsNotMeasured(@TempDir Path dir) {
        QuietReader.install();
        assertThat(FS.FileStoreAttributes.get(dir).getFsTimestampResolution())
                .isEqualTo(FS.FileStoreAttributes.FALLBACK_TIMESTAMP_RESOLUTION);
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void theConfigurationsOfUserAndMachineAreNotRead() throws Exception {
        QuietReader.install();
        assertThat(SystemReader.getInstance().getUserConfig().getSections()).isEmpty();
        assertThat(SystemReader.getInstance().getSystemConfig().getSections()).isEmpty();
    }
}
