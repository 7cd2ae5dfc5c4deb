package dev.ilura.spi;

import dev.ilura.json.JsonValue;

/** One tool of a {@link ToolProvider}. Thread-safe. */
public interface OwnTool {
    /**
     * Its entry in {@code tools/list}: {@code name}, {@code description}, {@code inputSchema} and so on, as in the Model
     * Context Protocol 2025-11-25. Pinned like that of any server.
     */
    JsonValue definition();

    /**
     * Carries a call out. Runs on a thread of its own and may block; long work looks at {@link ToolRequest#isCancelled()}.
     *
     * @throws ToolException what the caller is told as a failed call
     */
    ToolReply call(ToolRequest request) throws ToolException;
}
