package dev.ilura.peers;

import java.util.List;

/** No SDK at all: what it reports is spelled as it came. */
final class RawWire implements PeerClient {
    @Override
    public Sighting visit(ServerCommand server, List<Call> calls) {
        try (WireSession session = WireSession.open(server)) {
            return new Sighting(
                    session.tools(), calls.stream().map(session::call).toList());
        }
    }

    @Override
    public String toString() {
        return "raw wire";
    }
}
