package dev.ilura.internal.upstream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.ilura.Resilience;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.TimeSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers of tools that a rule marks read-only. An answer is found again only by the same principal in the same pod, for
 * the same verified server, the same pinned tool, the same bytes and the same policy. Thread-safe.
 */
public final class ResultCache {
    private final @Nullable Cache<Key, JsonValue> answers;

    public ResultCache(Resilience resilience, TimeSource time) {
        answers = resilience
                .cacheReadOnly()
                .map(timeToLive -> Caffeine.newBuilder()
                        .expireAfterWrite(timeToLive)
                        .maximumWeight(resilience.cacheBytes())
                        .weigher((Key key, JsonValue answer) -> answer.length() + Key.WEIGHT)
                        .ticker(time::nanos)
                        .executor(Runnable::run)
                        .<Key, JsonValue>build())
                .orElse(null);
    }

    public Optional<JsonValue> find(ToolCall call, String policyVersion) {
        return answers == null
                ? Optional.empty()
                : Optional.ofNullable(answers.getIfPresent(Key.of(call, policyVersion)));
    }

    public void keep(ToolCall call, String policyVersion, JsonValue answer) {
        if (answers != null) {
            answers.put(Key.of(call, policyVersion), answer);
        }
    }

    private record Key(
            String principal,
            String pod,
            String server,
            String serverIdentity,
            String toolDigest,
            String argumentsSha256,
            String policyVersion) {
        static final int WEIGHT = 512;

        static Key of(ToolCall call, String policyVersion) {
            return new Key(
                    call.principal(),
                    call.pod(),
                    call.server(),
                    call.serverIdentity(),
                    call.tool().digest(),
                    call.arguments().sha256(),
                    policyVersion);
        }
    }
}
