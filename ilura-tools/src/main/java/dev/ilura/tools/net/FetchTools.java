package dev.ilura.tools.net;

import static dev.ilura.tools.tool.Described.count;
import static dev.ilura.tools.tool.Described.flag;
import static dev.ilura.tools.tool.Described.number;
import static dev.ilura.tools.tool.Described.oneOf;
import static dev.ilura.tools.tool.Described.ordered;
import static dev.ilura.tools.tool.Described.text;

import dev.ilura.spi.OwnTool;
import dev.ilura.spi.ToolException;
import dev.ilura.spi.ToolReply;
import dev.ilura.spi.ToolRequest;
import dev.ilura.tools.tool.Args;
import dev.ilura.tools.tool.Described;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.hc.core5.http.ContentType;
import org.jspecify.annotations.Nullable;

/** The tools that reach the network. */
final class FetchTools {
    private static final int MAX_LENGTH = 5000;
    private static final Set<String> RESERVED = Set.of(
            "host",
            "content-length",
            "transfer-encoding",
            "connection",
            "keep-alive",
            "upgrade",
            "te",
            "trailer",
            "expect",
            "via",
            "forwarded");

    private final Supplier<WebClient> client;
    private final FetchRules rules;

    FetchTools(Supplier<WebClient> client, FetchRules rules) {
        this.client = client;
        this.rules = rules;
    }

    List<OwnTool> all() {
        return List.of(fetch(), send());
    }

    private static Described.Builder answering(Described.Builder tool) {
        return tool.gives("content", text("The text, or what it is if it is none."))
                .gives("url", text("Where it came from in the end."))
                .gives("status", number("The HTTP status."))
                .mayGive("contentType", text("The media type."))
                .mayGive("headers", ordered("type", "object"))
                .mayGive("totalLength", number("Characters of the whole text."))
                .mayGive("nextIndex", number("The start_index that goes on from here; left out at the end."))
                .mayGive("truncated", flag("Whether the body was larger than the limit."))
                .mayGive("cache", text("What the cache did."));
    }

    private OwnTool fetch() {
        return answering(Described.tool(
                                "fetch",
                                "Fetch",
                                "Fetch a URL (GET or HEAD) from the public internet. HTML becomes readable text unless raw is set; "
                                        + "images are returned as images. Long texts come in parts: start_index and max_length. "
                                        + "robots.txt is obeyed.")
                        .needs("url", text("http or https."))
                        .takes("max_length", count("Characters at most; " + MAX_LENGTH + " otherwise.", 1, 1_000_000))
                        .takes("start_index", number("From which character on."))
                        .takes("raw", flag("HTML as it is."))
                        .takes("method", oneOf("GET otherwise.", List.of("GET", "HEAD")))
                        .takes("headers", ordered("type", "object", "additionalProperties", Map.of("type", "string")))
                        .takes("range", text("Only these bytes, as in HTTP: bytes=0-1023."))
                        .takes("no_cache", flag("Whether the server must be asked, whatever is kept.")))
                .reads(true)
                .does(this::fetch);
    }

    private ToolReply fetch(Args args, ToolRequest request) throws ToolException {
        Map<String, String> headers = headers(args);
        String method = args.optionalText("method").orElse("GET");
        if (!method.equals("GET") && !method.equals("HEAD")) {
            throw new ToolException(
                    "ILR-TOOLS-078", "fetch only reads: GET and HEAD.", "Use send for what changes something.");
        }
        Optional<String> range = args.optionalText("range");
        if (range.isPresent()) {
            if (!range.get().matches("bytes=([0-9]{1,18}-[0-9]{0,18}|-[0-9]{1,18})")) {
                throw new ToolException("ILR-TOOLS-005", "A range is written bytes=0-1023.", "Write it that way.");
            }
            headers.put("Range", range.get());
        }
        if (args.flag("no_cache")) {
            headers.put("Cache-Control", "no-cache");
        }
        WebClient.Answer answer = client.get()
                .send(new WebClient.Ask(method, args.text("url"), headers, Optional.empty(), true), request);
        return reply(answer, args, method.equals("HEAD"));
    }

    private OwnTool send() {
        return answering(Described.tool(
                                "send",
                                "Send",
                                "Send a request that may change something (POST, PUT, PATCH, DELETE) to a URL of the public "
                                        + "internet.")
                        .needs("url", text("http or https."))
                        .needs("method", oneOf("What to do.", List.of("POST", "PUT", "PATCH", "DELETE")))
                        .takes("headers", ordered("type", "object", "additionalProperties", Map.of("type", "string")))
                        .takes("body", text("What to send, as UTF-8."))
                        .takes("content_type", text("Its media type; application/json otherwise."))
                        .takes("max_length", count("Characters of the answer at most.", 1, 1_000_000))
                        .takes("start_index", number("From which character of the answer on."))
                        .takes("raw", flag("HTML as it is.")))
                .changes(true, false, true)
                .does(this::send);
    }

    private ToolReply send(Args args, ToolRequest request) throws ToolException {
        String method = args.text("method");
        if (!Set.of("POST", "PUT", "PATCH", "DELETE").contains(method)) {
            throw new ToolException(
                    "ILR-TOOLS-078", "send takes POST, PUT, PATCH and DELETE.", "Use fetch for what only reads.");
        }
        Map<String, String> headers = headers(args);
        Optional<byte[]> body = args.optionalText("body").map(text -> text.getBytes(StandardCharsets.UTF_8));
        if (body.isPresent()) {
            String type = args.optionalText("content_type").orElse("application/json");
            requireHeader("Content-Type", type);
            headers.put("Content-Type", type);
        }
        return reply(
                client.get().send(new WebClient.Ask(method, args.text("url"), headers, body, false), request),
                args,
                false);
    }

    private static Map<String, String> headers(Args args) throws ToolException {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Map.Entry<String, String> header : args.members("headers").entrySet()) {
            requireHeader(header.getKey(), header.getValue());
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (RESERVED.contains(name) || name.startsWith("proxy-") || name.startsWith("x-forwarded-")) {
                throw new ToolException(
                        "ILR-TOOLS-079", "The header " + header.getKey() + " is set by the gateway.", "Leave it out.");
            }
            headers.put(header.getKey(), header.getValue());
        }
        return headers;
    }

    /** The attack: a line break in a header, behind which a second request begins. */
    private static void requireHeader(String name, String value) throws ToolException {
        if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}") || !value.matches("[\\x20-\\x7E]{0,4000}")) {
            throw new ToolException(
                    "ILR-TOOLS-079", "A header has a name or value that headers cannot have.", "Use visible ASCII.");
        }
    }

    private ToolReply reply(WebClient.Answer answer, Args args, boolean headOnly) throws ToolException {
        if (answer.status() >= 400) {
            String retry = answer.headers().containsKey("Retry-After")
                    ? " It says to wait " + answer.headers().get("Retry-After") + "."
                    : "";
            throw new ToolException(
                    "ILR-TOOLS-080",
                    answer.url() + " answered " + answer.status() + " " + answer.reason() + "." + retry,
                    "Check the URL.");
        }
        Optional<ContentType> type = Optional.ofNullable(ContentType.parseLenient(answer.contentType()));
        String media = type.map(ContentType::getMimeType).orElse("text/plain").toLowerCase(Locale.ROOT);
        if (headOnly || answer.body().length == 0) {
            return described(answer, media, answer.status() + " " + answer.reason(), Optional.empty());
        }
        if (rules.types().stream().noneMatch(media::startsWith)) {
            throw new ToolException(
                    "ILR-TOOLS-081",
                    answer.url() + " is of the type " + media + ", which is not returned.",
                    "Fetch something else, or ask the operator to name it in tools.network.types.");
        }
        if (media.startsWith("image/") && !media.equals("image/svg+xml")) {
            return image(answer, media);
        }
        String charset = type.map(ContentType::getCharset).map(Charset::name).orElse(null);
        String whole = isText(media)
                ? readText(answer, media, charset, args.flag("raw"))
                : Base64.getEncoder().encodeToString(answer.body());
        return part(answer, media, whole, args);
    }

    private static boolean isText(String media) {
        return media.startsWith("text/") || media.matches(".*(json|xml|javascript|yaml|toml|svg).*");
    }

    private static String readText(WebClient.Answer answer, String media, @Nullable String charset, boolean raw)
            throws ToolException {
        if (!raw && (media.equals("text/html") || media.equals("application/xhtml+xml"))) {
            try {
                return ReadableHtml.of(answer.body(), charset, answer.url());
            } catch (IOException e) {
                throw new ToolException("ILR-TOOLS-081", "The page cannot be read.", "Set raw to true.", e);
            }
        }
        try {
            return new String(answer.body(), charset == null ? StandardCharsets.UTF_8 : Charset.forName(charset));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return new String(answer.body(), StandardCharsets.UTF_8);
        }
    }

    private static ToolReply part(WebClient.Answer answer, String media, String whole, Args args) throws ToolException {
        long start = args.integer("start_index", 0, 0, Long.MAX_VALUE);
        long most = args.integer("max_length", MAX_LENGTH, 1, 1_000_000);
        if (start >= whole.length() && start > 0) {
            return described(answer, media, "No more content.", Optional.of(new long[] {whole.length(), -1}));
        }
        int from = (int) start;
        int to = (int) Math.min(whole.length(), start + most);
        if (to < whole.length() && Character.isHighSurrogate(whole.charAt(to - 1))) {
            to--;
        }
        long next = to < whole.length() ? to : -1;
        return described(
                answer, media, whole.substring(from, Math.max(from, to)), Optional.of(new long[] {whole.length(), next
                }));
    }

    private static ToolReply image(WebClient.Answer answer, String media) throws ToolException {
        if (answer.truncated() || answer.body().length > 2 << 20) {
            throw new ToolException(
                    "ILR-TOOLS-081", "The image has more than " + (2 << 20) + " bytes.", "Fetch a smaller one.");
        }
        return described(answer, media, "An image, " + answer.body().length + " bytes.", Optional.empty())
                .and(ordered(
                        "type", "image", "data", Base64.getEncoder().encodeToString(answer.body()), "mimeType", media));
    }

    private static ToolReply described(
            WebClient.Answer answer, String media, String content, Optional<long[]> lengthAndNext) {
        Map<String, Object> structured = new LinkedHashMap<>();
        structured.put("content", content);
        structured.put("url", answer.url());
        structured.put("status", answer.status());
        structured.put("contentType", media);
        structured.put("headers", answer.headers());
        structured.put("truncated", answer.truncated());
        structured.put("cache", answer.cache());
        String note = "";
        if (lengthAndNext.isPresent()) {
            structured.put("totalLength", lengthAndNext.get()[0]);
            if (lengthAndNext.get()[1] >= 0) {
                structured.put("nextIndex", lengthAndNext.get()[1]);
                note = "\n\n... " + (lengthAndNext.get()[0] - lengthAndNext.get()[1])
                        + " more characters; go on with start_index "
                        + lengthAndNext.get()[1];
            }
        }
        return ToolReply.of("Contents of " + answer.url() + ":\n" + content + note, structured);
    }
}
