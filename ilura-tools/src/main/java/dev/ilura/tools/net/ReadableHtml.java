package dev.ilura.tools.net;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeFilter;
import org.jspecify.annotations.Nullable;

/**
 * The text of a page as a reader sees it, with headings, lists, links and code marked as in Markdown. What is hidden from
 * the reader is left out: the attack is an order to the model in text that no person sees.
 */
final class ReadableHtml implements NodeFilter {
    private static final Set<String> LEFT_OUT = Set.of(
            "script",
            "style",
            "noscript",
            "template",
            "svg",
            "iframe",
            "object",
            "embed",
            "head",
            "nav",
            "footer",
            "form",
            "button",
            "input",
            "select",
            "textarea",
            "dialog",
            "canvas",
            "audio",
            "video");
    private static final Set<String> BLOCKS = Set.of(
            "p",
            "div",
            "section",
            "article",
            "main",
            "header",
            "aside",
            "ul",
            "ol",
            "table",
            "blockquote",
            "figure",
            "figcaption",
            "dl",
            "dt",
            "dd",
            "address",
            "details",
            "summary",
            "hr");
    private static final int MAX_TEXT = 8 << 20;

    private final StringBuilder out = new StringBuilder();
    private int pre;

    private ReadableHtml() {}

    /**
     * Reads a page.
     *
     * @param charset what the server says; the page itself is asked otherwise
     */
    static String of(byte[] html, @Nullable String charset, String url) throws IOException {
        Document page = Jsoup.parse(new ByteArrayInputStream(html), charset, url);
        ReadableHtml text = new ReadableHtml();
        Element body = page.body();
        Element main = body.selectFirst("main, [role=main]");
        Element start = main != null && main.text().length() > 200 ? main : body;
        start.filter(text);
        String title = page.title().strip();
        String read = text.out
                .toString()
                .replaceAll("[ \\t]+\n", "\n")
                .replaceAll("\n{3,}", "\n\n")
                .strip();
        return title.isEmpty() || read.startsWith("# " + title) ? read : "# " + title + "\n\n" + read;
    }

    @Override
    public FilterResult head(Node node, int depth) {
        if (out.length() > MAX_TEXT) {
            return FilterResult.STOP;
        }
        if (node instanceof TextNode text) {
            append(pre > 0 ? text.getWholeText() : text.getWholeText().replaceAll("\\s+", " "));
            return FilterResult.CONTINUE;
        }
        if (!(node instanceof Element element)) {
            return FilterResult.SKIP_ENTIRELY;
        }
        String name = element.normalName();
        if (LEFT_OUT.contains(name) || isHidden(element)) {
            return FilterResult.SKIP_ENTIRELY;
        }
        switch (name) {
            case "h1", "h2", "h3", "h4", "h5", "h6" -> {
                lines(2);
                out.append("#".repeat(name.charAt(1) - '0')).append(' ');
            }
            case "li" -> {
                lines(1);
                out.append("- ");
            }
            case "br" -> out.append('\n');
            case "tr" -> lines(1);
            case "td", "th" -> append(" | ");
            case "pre" -> {
                lines(2);
                out.append("```\n");
                pre++;
            }
            case "code" -> append(pre > 0 ? "" : "`");
            case "img" -> {
                String alt = element.attr("alt").strip();
                append(alt.isEmpty() ? "" : "[image: " + alt + "]");
            }
            default -> {
                if (BLOCKS.contains(name)) {
                    lines(2);
                }
            }
        }
        return FilterResult.CONTINUE;
    }

    @Override
    public FilterResult tail(Node node, int depth) {
        if (node instanceof Element element) {
            String name = element.normalName();
            switch (name) {
                case "a" -> {
                    String target = element.absUrl("href");
                    if (target.startsWith("http") && !element.text().isBlank()) {
                        append(" (" + target + ")");
                    }
                }
                case "code" -> append(pre > 0 ? "" : "`");
                case "pre" -> {
                    pre--;
                    out.append("\n```");
                    lines(2);
                }
                case "h1", "h2", "h3", "h4", "h5", "h6" -> lines(2);
                default -> {
                    if (BLOCKS.contains(name)) {
                        lines(2);
                    }
                }
            }
        }
        return FilterResult.CONTINUE;
    }

    private static boolean isHidden(Element element) {
        String style = element.attr("style").toLowerCase(Locale.ROOT).replaceAll("\\s", "");
        return element.hasAttr("hidden")
                || element.attr("aria-hidden").equals("true")
                || style.contains("display:none")
                || style.contains("visibility:hidden")
                || style.contains("font-size:0")
                || style.matches("(?:.*;)?opacity:0(?:\\.0+)?(?:;.*)?");
    }

    private void append(String text) {
        boolean blank = out.length() == 0 || Character.isWhitespace(out.charAt(out.length() - 1));
        out.append(pre == 0 && blank ? text.stripLeading() : text);
    }

    private void lines(int wanted) {
        int there = 0;
        while (there < out.length() && there < wanted && out.charAt(out.length() - 1 - there) == '\n') {
            there++;
        }
        if (out.length() > 0) {
            out.append("\n".repeat(wanted - there));
        }
    }
}
