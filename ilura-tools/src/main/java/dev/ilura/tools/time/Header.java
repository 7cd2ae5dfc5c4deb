package dev.ilura.tools.time;

import java.time.Instant;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;

/**
 * What is known of a snapshot without reading it.
 *
 * @param number counts up over all snapshots of the store
 * @param id of its commit
 */
record Header(long number, ObjectId id, String call, String session, String target, Instant time) {
    static Header of(RevCommit commit) {
        String[] head = commit.getShortMessage().split("\t", -1);
        return new Header(
                Long.parseLong(head[0]),
                commit.getId(),
                head[1],
                head[2],
                head[3],
                Instant.ofEpochMilli(Long.parseLong(head[4])));
    }

    /** The first line of its commit. */
    String line() {
        return String.join("\t", Long.toString(number), call, session, target, Long.toString(time.toEpochMilli()));
    }

    /** The same as its commit has become. */
    Header at(ObjectId commit) {
        return new Header(number, commit, call, session, target, time);
    }
}
