package dev.ilura.tools.time;

import java.io.File;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;

/**
 * Keeps JGit from looking around: without it, it would start {@code git} to find the machine's configuration, read the
 * user's, measure for seconds how fine the file system's clock is, and write that into his home.
 */
final class QuietReader extends SystemReader.Delegate {
    private QuietReader(SystemReader plain) {
        super(plain);
    }

    /** For the whole process, unless the application has set a reader of its own. */
    static void install() {
        SystemReader now = SystemReader.getInstance();
        if (now.getClass().getName().startsWith("org.eclipse.jgit.util.SystemReader")) {
            SystemReader.setInstance(new QuietReader(now));
        }
    }

    @Override
    public FileBasedConfig openUserConfig(Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    @Override
    public FileBasedConfig openSystemConfig(Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    @Override
    public FileBasedConfig openJGitConfig(Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    @Override
    public String getHostname() {
        try {
            return InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1})
                    .getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** A configuration that says next to nothing, and is never written. */
    private static final class Nothing extends FileBasedConfig {
        Nothing(Config parent, FS fs) {
            super(parent, new File("nothing"), fs);
        }

        @Override
        public void load() {
            // there is nothing
        }

        @Override
        public void save() {
            // nobody wants to know
        }

        /** Of the file system's clock the coarsest is believed, so that whatever is that new is looked at again. */
        @Override
        public long getTimeUnit(String section, String subsection, String name, long otherwise, TimeUnit unit) {
            return section.equals(ConfigConstants.CONFIG_FILESYSTEM_SECTION)
                    ? unit.convert(FS.FileStoreAttributes.FALLBACK_TIMESTAMP_RESOLUTION)
                    : super.getTimeUnit(section, subsection, name, otherwise, unit);
        }

        @Override
        public boolean isOutdated() {
            return false;
        }
    }
}
