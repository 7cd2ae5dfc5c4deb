package dev.ilura.spi;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an {@link OwnTool} answers. Immutable.
 *
 * @param content blocks as the protocol has them, for example {@code {"type": "text", "text": "..."}}
 * @param structured the instance of the tool's {@code outputSchema}, if it has one
 */
public record ToolReply(List<Map<String, ?>> content, Optional<Map<String, ?>> structured) {
    public ToolReply {
        content = List.copyOf(content);
        structured = structured.map(members -> Collections.unmodifiableMap(new LinkedHashMap<>(members)));
    }

    /** Plain text. */
    public static ToolReply text(String text) {
        return new ToolReply(List.of(textBlock(text)), Optional.empty());
    }

    /** Text for whoever reads, and the same as data. */
    public static ToolReply of(String text, Map<String, ?> structured) {
        return new ToolReply(List.of(textBlock(text)), Optional.of(structured));
    }

    /** The same with one more block. */
    public ToolReply and(Map<String, ?> block) {
        List<Map<String, ?>> more = new ArrayList<>(content);
        more.add(block);
        return new ToolReply(more, structured);
    }

    private static Map<String, ?> textBlock(String text) {
        Map<String, String> block = new LinkedHashMap<>();
        block.put("type", "text");
        block.put("text", text);
        return block;
    }
}
