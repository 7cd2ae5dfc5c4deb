package dev.ilura.peers;

import java.util.List;

/** A client of somebody else. It neither knows nor cares whether a gate stands in between. */
interface PeerClient {
    /** Starts the server, lists its tools, makes the calls in order, and stops the server. */
    Sighting visit(ServerCommand server, List<Call> calls);
}
