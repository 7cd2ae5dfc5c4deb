package dev.ilura.transport.stdio;

import dev.ilura.Secret;
import dev.ilura.transport.stdio.spawn.Os;
import java.io.File;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The whole environment of a child: a fixed base and what the operator declared. The gateway's own never enters it. */
final class ChildEnvironment {
    private ChildEnvironment() {}

    /** For libraries that look there for a way out; which of them a server asks is its own affair. */
    static Map<String, String> proxy(int port) {
        String address = "http://127.0.0.1:" + port;
        Map<String, String> variables = new TreeMap<>();
        for (String name : List.of("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY")) {
            variables.put(name, address);
        }
        variables.put("NODE_USE_ENV_PROXY", "1");
        return variables;
    }

    static Map<String, String> of(
            List<String> programDirs, Path home, Path tmp, Map<String, Secret> declared, String mark) {
        Map<String, String> environment = new TreeMap<>();
        environment.put("PATH", String.join(File.pathSeparator, programDirs));
        environment.put("HOME", home.toString());
        environment.put("TMPDIR", tmp.toString());
        environment.put("LANG", "C.UTF-8");
        environment.put("TZ", ZoneId.systemDefault().getId());
        environment.put("TERM", "dumb");
        if (Os.current() == Os.WINDOWS) {
            environment.put("USERPROFILE", home.toString());
            environment.put("TEMP", tmp.toString());
            environment.put("TMP", tmp.toString());
            environment.put("SystemRoot", "C:\\Windows");
        }
        declared.forEach((name, value) -> environment.put(name, value.revealToItsOneUse()));
        environment.put(ProcessTree.MARK, mark);
        return environment;
    }
}
