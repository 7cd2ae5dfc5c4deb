package dev.ilura.policy.scope;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.policy.scope.Finding.Standing;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathScopeTest {
    private static final ToolCall CALL = ToolCall.to("files", Tool.of(JsonValue.parse("{\"name\":\"read\"}")))
            .build();

    private static final PathScope LINUX = PathScope.insideOf(
            new LinkTable(
                    PathDialect.POSIX,
                    Map.of(
                            "/srv/data/link-etc", "/etc",
                            "/srv/data/link-in", "/srv/data/sub",
                            "/srv/data/nowhere", "/gone")),
            List.of("/srv/data"));
    private static final PathScope MAC = PathScope.insideOf(
                    new LinkTable(PathDialect.MACOS, Map.of()), List.of("/Users/alice/data"))
            .except(List.of(".ssh"));
    private static final PathScope WINDOWS = PathScope.insideOf(
            new LinkTable(PathDialect.WINDOWS, Map.of("C:\\data\\junc", "C:\\Windows")), List.of("C:\\data"));

    private static Finding judge(PathScope scope, String path) {
        return scope.judge(JsonValue.of(path), CALL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/srv/data",
                "/srv/data/",
                "/srv/data/a.txt",
                "a.txt",
                "/srv/data/sub/../a.txt",
                "/srv/data/link-in/x",
                "/srv/data/100%.txt",
                "/srv/data/50%25 off.txt",
                "/srv/data/~backup",
                "/srv/data/$price.csv",
                "/srv/data/.env.example",
                "/srv/data/..data",
                "/srv/data/a..b/c...d",
                "/srv/data/\u00FCber/\u65E5\u672C.txt",
                "/srv/data//a//./b"
            })
    void plainPathsInsideStayInside(String path) {
        assertThat(judge(LINUX, path).standing()).isEqualTo(Standing.INSIDE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/etc/passwd",
                "/srv/data-old/x",
                "/srv/data/../../etc/passwd",
                "../data2/x",
                "/srv/data/link-etc/passwd",
                "/srv/data/link-etc/../srv/data/x",
                "/SRV/DATA/a",
                "/srv/data/%2e%2e/%2e%2e/etc/passwd",
                "/srv/data/%252e%252e/x",
                "/srv/data/..%2f..%2fetc",
                "/srv/data/..%c0%af..%c0%afetc",
                "/srv/data/..\\..\\etc",
                "/srv/data/....//....//etc/passwd",
                "/srv/data/\u2025/etc",
                "/srv/data\u2215..\u2215etc",
                "/srv/data/\uFF0E\uFF0E/etc",
                "/srv/data/a\u0000b",
                "/srv/data/a\nb",
                "/srv/data/a\u200Bb",
                "/srv/data/\u202Etxt.exe",
                "~/x",
                "~root/.bashrc",
                "$HOME/x",
                "file:///srv/data/a",
                " /etc/passwd",
                "C:\\Windows\\win.ini",
                "\\\\host\\share",
                "/srv/data/nowhere",
                "/srv/data/nowhere/x",
                "",
                "  "
            })
    void everyReadingThatLeadsOutIsNotInside(String path) {
        assertThat(judge(LINUX, path).standing()).isNotEqualTo(Standing.INSIDE);
    }

    @Test
    void relativePathIsSentAbsolute() {
        assertThat(judge(LINUX, "sub/../a.txt").canonical()).contains("/srv/data/a.txt");
        assertThat(judge(LINUX, "/srv/data/link-in/x").canonical()).contains("/srv/data/sub/x");
        assertThat(judge(LINUX, "/srv/data/a.txt").canonical()).isEmpty();
    }

    @Test
    void whatIsNoStringNamesNoPath() {
        assertThat(LINUX.judge(JsonValue.parse("{\"toString\":\"/srv/data/a\"}"), CALL)
                        .standing())
                .isEqualTo(Standing.UNCLEAR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/Users/alice/data/a", "/Users/alice/Data/x.txt", "/users/ALICE/data/.sshx"})
    void macVolumeIgnoresCase(String path) {
        assertThat(judge(MAC, path).standing()).isEqualTo(Standing.INSIDE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/Users/alice/data/.ssh/id",
                "/users/ALICE/data/.SSH/id",
                "/Users/alice/data/.s\u017Fh/id",
                "/Users/alice/data/.ssh\u200B/id",
                "/Users/alice/data/a/..namedfork/rsrc"
            })
    void exceptedPlaceIsOutByEveryName(String path) {
        assertThat(judge(MAC, path).standing()).isNotEqualTo(Standing.INSIDE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "C:\\data\\a.txt",
                "c:/DATA/sub\\a.txt",
                "C:\\data\\sub\\..\\a.txt",
                "C:\\data\\null.txt",
                "a.txt"
            })
    void windowsPathsInsideStayInside(String path) {
        assertThat(judge(WINDOWS, path).standing()).isEqualTo(Standing.INSIDE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "C:\\Windows\\win.ini",
                "C:\\database\\x",
                "C:/data/../Windows/win.ini",
                "D:\\data\\x",
                "C:data\\x",
                "\\data\\x",
                "/data/x",
                "\\\\evil.example\\share\\x",
                "\\\\.\\C:\\Windows",
                "\\\\?\\UNC\\evil.example\\s\\x",
                "C:\\data\\CON",
                "C:\\data\\COM1",
                "C:\\data\\nul .txt",
                "C:\\data\\LPT\u00B9",
                "C:\\data\\a.txt:secret",
                "C:\\data\\a.txt.",
                "C:\\data\\a.txt ",
                "C:\\data\\PROGRA~1\\x",
                "%SystemRoot%\\win.ini",
                "C:\\data\\junc\\win.ini"
            })
    void windowsTricksAreNotInside(String path) {
        assertThat(judge(WINDOWS, path).standing()).isNotEqualTo(Standing.INSIDE);
    }

    /** A tree of which only the links matter: everything is there, at its own place. */
    record LinkTable(PathDialect dialect, Map<String, String> links) implements FileTree {
        @Override
        public Optional<String> realPath(String absolute) {
            for (Map.Entry<String, String> link : links.entrySet()) {
                if (absolute.equals(link.getKey()) || absolute.startsWith(link.getKey() + separator())) {
                    return link.getValue().equals("/gone")
                            ? Optional.empty()
                            : Optional.of(link.getValue()
                                    + absolute.substring(link.getKey().length()));
                }
            }
            return Optional.of(absolute);
        }

        @Override
        public boolean isLink(String absolute) {
            return links.containsKey(absolute);
        }

        private String separator() {
            return dialect == PathDialect.WINDOWS ? "\\" : "/";
        }
    }
}
