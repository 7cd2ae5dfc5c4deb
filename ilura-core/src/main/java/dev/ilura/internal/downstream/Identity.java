package dev.ilura.internal.downstream;

import dev.ilura.CallRequest;

/** Who a client is in records. */
record Identity(String session, String principal, String pod) {
    CallRequest request(String server, String target) {
        return CallRequest.to(server, target).inPod(pod).inSession(session).by(principal);
    }
}
