package dev.ilura.approval.page;

import dev.ilura.json.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The page as one document, and the policy that lets the browser run nothing but what is in it. It holds no secret and
 * no data; both come later, to a paired browser only. Immutable.
 */
final class Document {
    private static final String STYLE_MARK = "/*STYLE*/";
    private static final String SCRIPT_MARK = "/*SCRIPT*/";

    /** In this order; together they are one function. */
    private static final List<String> SCRIPTS = List.of("page.js", "card.js", "manage.js");

    private final String html;
    private final String contentSecurityPolicy;

    private Document(String html, String style, String script) {
        this.html = html.replace(STYLE_MARK, style).replace(SCRIPT_MARK, script);
        this.contentSecurityPolicy = "default-src 'none'; script-src " + hash(script) + "; style-src " + hash(style)
                + "; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
                + " require-trusted-types-for 'script'; trusted-types 'none'";
    }

    static Document load() {
        String script = SCRIPTS.stream().map(Document::resource).collect(Collectors.joining("\n"));
        return new Document(
                resource("page.html"), resource("page.css"), "\"use strict\";\n(() => {\n" + script + "})();\n");
    }

    String html() {
        return html;
    }

    /** Own style and own script by hash; nothing else, from nowhere, and in no frame. */
    String contentSecurityPolicy() {
        return contentSecurityPolicy;
    }

    private static String hash(String inline) {
        byte[] digest = Digests.sha256(inline.getBytes(StandardCharsets.UTF_8));
        return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    }

    private static String resource(String name) {
        try (InputStream in = Document.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
