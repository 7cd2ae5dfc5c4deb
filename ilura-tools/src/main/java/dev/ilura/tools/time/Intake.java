package dev.ilura.tools.time;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.zip.Deflater;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;

/** Takes bytes in, which are kept once a snapshot names them. Used under the lock of the store, by one thread. */
final class Intake implements AutoCloseable {
    /** Files of this size are looked at before they are packed. */
    private static final int LARGE = 256 << 10;

    private static final int SAMPLE = 64 << 10;

    private final Repository repository;
    private final ObjectInserter packing;
    private @Nullable ObjectInserter storing;

    Intake(Repository repository) {
        this.repository = repository;
        this.packing = repository.newObjectInserter();
    }

    /** The name of the object. */
    String file(InputStream in, long size) throws IOException {
        if (size < LARGE) {
            return packing.insert(Constants.OBJ_BLOB, size, in).name();
        }
        PushbackInputStream all = new PushbackInputStream(in, SAMPLE);
        byte[] sample = all.readNBytes(SAMPLE);
        all.unread(sample);
        ObjectInserter inserter = isDense(sample) ? storing() : packing;
        return inserter.insert(Constants.OBJ_BLOB, size, all).name();
    }

    /** An inserter reads the level once, when it is made. */
    private ObjectInserter storing() {
        ObjectInserter made = storing;
        if (made == null) {
            repository.getConfig().setInt("core", null, "compression", Deflater.NO_COMPRESSION);
            made = repository.newObjectInserter();
            repository.getConfig().setInt("core", null, "compression", StoreDirectory.FAST);
            storing = made;
        }
        return made;
    }

    /** Whether packing would not make it smaller: images, archives, what is encrypted. */
    private static boolean isDense(byte[] sample) {
        Deflater deflater = new Deflater(StoreDirectory.FAST);
        try {
            deflater.setInput(sample);
            deflater.finish();
            byte[] out = new byte[sample.length];
            return deflater.deflate(out) > sample.length / 10 * 9;
        } finally {
            deflater.end();
        }
    }

    @Override
    public void close() {
        packing.close();
        ObjectInserter made = storing;
        if (made != null) {
            made.close();
        }
    }
}
