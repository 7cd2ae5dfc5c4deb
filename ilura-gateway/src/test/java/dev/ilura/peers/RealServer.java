package dev.ilura.peers;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The servers of others, as their users configure them, with the calls that work without a network or an account. */
enum RealServer {
    EVERYTHING("everything", 13) {
        @Override
        ServerCommand command(Path home) {
            return ServerCommand.node(official("everything"), "stdio");
        }

        @Override
        List<Call> calls(Path home) {
            return List.of(
                    Call.to("echo", Map.of("message", "Gr\u00fc\u00dfe, \u4e16\u754c \ud83d\udec2 <b>&amp;</b>")),
                    Call.to("get-sum", Map.of("a", 2.5, "b", 40)),
                    Call.to("get-annotated-message", Map.of("messageType", "success", "includeImage", true)),
                    Call.to("get-structured-content", Map.of("location", "New York")),
                    Call.to("get-tiny-image"));
        }
    },

    FILESYSTEM("filesystem", 14) {
        @Override
        ServerCommand command(Path home) {
            return ServerCommand.node(official("filesystem"), home.toString());
        }

        @Override
        List<Call> calls(Path home) {
            String note = home.resolve("note.txt").toString();
            return List.of(
                    Call.to("write_file", Map.of("path", note, "content", "first line\nsecond line\n")),
                    Call.to("read_text_file", Map.of("path", note)),
                    Call.to("read_text_file", Map.of("path", note, "head", 1)),
                    Call.to("list_directory", Map.of("path", home.toString())),
                    Call.to("list_allowed_directories"));
        }
    },

    MEMORY("memory", 9) {
        @Override
        ServerCommand command(Path home) {
            return ServerCommand.node(official("memory"))
                    .with("MEMORY_FILE_PATH", home.resolve("memory.jsonl").toString());
        }

        @Override
        List<Call> calls(Path home) {
            Map<String, ?> gate =
                    Map.of("name", "gate", "entityType", "building", "observations", List.of("has two doors"));
            return List.of(
                    Call.to("create_entities", Map.of("entities", List.of(gate))),
                    Call.to("read_graph"),
                    Call.to("search_nodes", Map.of("query", "doors")));
        }
    },

    SEQUENTIAL_THINKING("sequential-thinking", 1) {
        @Override
        ServerCommand command(Path home) {
            return ServerCommand.node(official("sequential-thinking"));
        }

        @Override
        List<Call> calls(Path home) {
            return List.of(Call.to(
                    "sequentialthinking",
                    Map.of(
                            "thought",
                            "Does it answer alike?",
                            "nextThoughtNeeded",
                            false,
                            "thoughtNumber",
                            1,
                            "totalThoughts",
                            1)));
        }
    },

    GITHUB("github", 26) {
        @Override
        ServerCommand command(Path home) {
            return ServerCommand.node(official("github"));
        }
    },

    POSTGRES("postgres", 1) {
        @Override
        ServerCommand command(Path home) {
            return ServerCommand.node(official("postgres"), "postgresql://127.0.0.1:1/none");
        }
    },

    PLAYWRIGHT("playwright", 25) {
        @Override
        ServerCommand command(Path home) {
            return ServerCommand.node(Peers.entry("@playwright/mcp/cli.js"), "--headless");
        }
    },

    NOTION("notion", 24) {
        @Override
        ServerCommand command(Path home) {
            return ServerCommand.node(Peers.entry("@notionhq/notion-mcp-server/bin/cli.mjs"));
        }
    },

    CONTEXT7("context7", 2) {
        @Override
        ServerCommand command(Path home) {
            return ServerCommand.node(Peers.entry("@upstash/context7-mcp/dist/index.js"));
        }
    };

    private final String label;
    private final int tools;

    RealServer(String label, int tools) {
        this.label = label;
        this.tools = tools;
    }

    /** As it is named in {@code config.toml}. */
    String label() {
        return label;
    }

    /** How many tools the pinned version shows to a client without capabilities. */
    int tools() {
        return tools;
    }

    /** How it is started; {@code home} is a directory that it may use. */
    abstract ServerCommand command(Path home);

    /** Calls whose answers do not depend on who asks or when. */
    List<Call> calls(Path home) {
        return List.of();
    }

    @Override
    public String toString() {
        return label;
    }

    private static Path official(String name) {
        return Peers.entry("@modelcontextprotocol/server-" + name + "/dist/index.js");
    }
}
