package dev.ilura.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** The second opinion: Jackson with everything strict that it can do strictly, over text that was decoded strictly. */
public final class StrictJackson {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
            .build();

    private StrictJackson() {}

    /** The tree, if the text is JSON, unambiguous, and free of lone surrogates. */
    public static Optional<JsonNode> read(byte[] text) {
        try {
            String decoded = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
            JsonNode tree = MAPPER.readTree(decoded);
            return Optional.of(tree).filter(root -> !root.isMissingNode() && allPaired(root));
        } catch (CharacterCodingException | JsonProcessingException | NumberFormatException e) {
            return Optional.empty(); // the last: an exponent that Jackson cannot hold
        }
    }

    private static boolean allPaired(JsonNode node) {
        if (node.isTextual()) {
            return paired(node.textValue());
        }
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            if (!paired(member.getKey())) {
                return false;
            }
        }
        for (JsonNode child : node) {
            if (!allPaired(child)) {
                return false;
            }
        }
        return true;
    }

    private static boolean paired(String text) {
        return text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
