package dev.ilura.transport.stdio.confine;

import java.io.IOException;
import java.util.List;

/**
 * Namespaces and Landlock. Under Landlock rules about files nothing can be mounted, so bubblewrap's own view of the files
 * holds those; Landlock adds what namespaces leave open where the network is shared: no signal and no abstract socket
 * reaches out of the cage.
 */
record Stacked(Bubblewrap outer, Landlock inner) implements Confinement {
    @Override
    public String level() {
        return outer.level() + "+" + inner.scopesLevel();
    }

    @Override
    public boolean hasOwnFiles() {
        return true;
    }

    @Override
    public boolean cutsNetwork() {
        return true;
    }

    @Override
    public List<String> wrap(List<String> argv, Profile profile) {
        return outer.wrap(argv, profile);
    }

    /** On the calling thread: the kernel ends what bubblewrap holds together with the thread that started it. */
    @Override
    public <T> T start(Start<T> start, Profile profile) throws IOException {
        inner.shutInScopes();
        return start.start();
    }
}
