package dev.ilura.transport.stdio;

import dev.ilura.spi.TimeSource;
import dev.ilura.transport.stdio.confine.Confinements;
import dev.ilura.transport.stdio.spawn.Os;
import dev.ilura.transport.stdio.spawn.PathResolver;

/**
 * This machine as the transport sees it.
 *
 * @param paths its file system
 * @param digests of its files
 * @param confinements what it offers to shut a child in
 * @param lookup where names lead for a child that may reach some hosts only
 * @param holding how a program that is not shut in is kept from being swapped
 */
record Host(
        PathResolver paths, FileDigests digests, Confinements confinements, HostProxy.Lookup lookup, Holding holding) {
    /** One for the process: what a machine offers does not change, and digests are remembered. */
    static final Host THIS = thisMachine();

    private static Host thisMachine() {
        PathResolver paths = PathResolver.ofThisMachine();
        return new Host(
                paths,
                new FileDigests(paths, TimeSource.system()),
                new Confinements(paths, ChildProcess::succeeds),
                HostProxy.Lookup.PUBLIC,
                Holding.on(Os.current()));
    }
}
