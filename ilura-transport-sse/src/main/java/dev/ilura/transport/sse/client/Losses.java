package dev.ilura.transport.sse.client;

import dev.ilura.spi.Transport;
import dev.ilura.text.VisibleText;
import dev.ilura.transport.sse.event.EventStreamException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;

/** Why a request has no answer, in words. */
final class Losses {
    /** What a server says that does not know the way it is spoken to. */
    private static final Set<Integer> NOT_UNDERSTOOD = Set.of(400, 404, 405);

    private Losses() {}

    static Transport.Loss of(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && !(root instanceof SSLException)) {
            root = root.getCause();
        }
        String words = words(root);
        if (root instanceof SSLException) {
            Throwable deepest = root;
            while (deepest.getCause() != null) {
                deepest = deepest.getCause();
            }
            return loss("ILR-HTTP-009", "there is no trusted connection to the server: " + words(deepest));
        }
        if (root instanceof EventStreamException || root instanceof TooLargeException) {
            return loss("ILR-HTTP-006", "the answer is beyond a limit: " + words);
        }
        boolean unreachable = failure instanceof ConnectException
                || failure instanceof HttpConnectTimeoutException
                || root instanceof ConnectException
                || root instanceof UnresolvedAddressException;
        return unreachable
                ? loss("ILR-HTTP-001", "the server cannot be reached: " + words)
                : loss("ILR-HTTP-005", "the connection ended before the answer: " + words);
    }

    private static String words(Throwable cause) {
        String message = cause.getMessage();
        return VisibleText.oneLine(
                message == null || message.isEmpty() ? cause.getClass().getSimpleName() : shortened(message));
    }

    static Transport.Loss broken() {
        return loss("ILR-HTTP-005", "the stream ended before the answer");
    }

    /** A status that stands for itself; the body held no frame. */
    static Transport.Loss of(HttpResponse.ResponseInfo head, String body) {
        int status = head.statusCode();
        String said = body.isBlank() ? "" : ": " + VisibleText.oneLine(shortened(body.strip()));
        if (status >= 300 && status < 400) {
            Optional<String> to = head.headers().firstValue("location");
            return loss(
                    "ILR-HTTP-008",
                    "the server redirects to " + VisibleText.oneLine(shortened(to.orElse("nowhere")))
                            + ", and redirects are not followed");
        }
        if (status == 401 || status == 403) {
            return loss("ILR-HTTP-003", "the server refuses the credentials (status " + status + ")" + said);
        }
        if (NOT_UNDERSTOOD.contains(status)) {
            return new Transport.Loss(
                    true, "ILR-HTTP-002", "the server does not understand the request (status " + status + ")" + said);
        }
        return loss("ILR-HTTP-002", "the server answered with status " + status + said);
    }

    static Transport.Loss unread(String contentType) {
        return loss(
                "ILR-HTTP-007",
                "the server answered with "
                        + (contentType.isEmpty()
                                ? "nothing"
                                : "the media type " + VisibleText.oneLine(shortened(contentType)))
                        + ", and JSON or an event stream was asked for");
    }

    static Transport.Loss loss(String code, String reason) {
        return new Transport.Loss(false, code, reason);
    }

    private static String shortened(String text) {
        return text.length() > 200 ? text.substring(0, 200) + "..." : text;
    }

    /** A body beyond its limit. */
    static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1L;

        TooLargeException(int limit) {
            super("the body is longer than " + limit + " bytes");
        }
    }
}
