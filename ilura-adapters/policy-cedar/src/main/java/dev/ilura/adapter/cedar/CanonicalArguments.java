package dev.ilura.adapter.cedar;

import com.cedarpolicy.value.CedarList;
import com.cedarpolicy.value.CedarMap;
import com.cedarpolicy.value.Decimal;
import com.cedarpolicy.value.PrimBool;
import com.cedarpolicy.value.PrimLong;
import com.cedarpolicy.value.PrimString;
import com.cedarpolicy.value.Value;
import dev.ilura.Decision.Rewrite;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The arguments of a call in the form in which they are judged and sent. Cedar compares texts, so {@code like "/srv/docs/*"}
 * would hold for {@code /srv/docs/../../etc/passwd}: what names an absolute path is resolved first, and what could be read
 * as another path is refused.
 */
final class CanonicalArguments {
    private static final Pattern CLIMBS = Pattern.compile("(^|[/\\\\])\\.\\.([/\\\\]|$)|(?i)%2e|%2f|%5c");
    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,14}\\.[0-9]{1,4}");

    private final CedarMap record;
    private final List<Rewrite> rewrites;

    private CanonicalArguments(CedarMap record, List<Rewrite> rewrites) {
        this.record = record;
        this.rewrites = List.copyOf(rewrites);
    }

    static CanonicalArguments of(ToolCall call) throws UnclearArgumentException {
        List<Rewrite> rewrites = new ArrayList<>();
        CedarMap record = object(call.arguments().json(), "", rewrites);
        return new CanonicalArguments(record, rewrites);
    }

    CedarMap record() {
        return record;
    }

    List<Rewrite> rewrites() {
        return rewrites;
    }

    static CedarList texts(List<Path> paths) {
        List<Value> texts = new ArrayList<>();
        paths.forEach(path -> texts.add(new PrimString(path.toString())));
        return new CedarList(texts);
    }

    private static CedarMap object(JsonValue object, String pointer, List<Rewrite> rewrites)
            throws UnclearArgumentException {
        Map<String, Value> members = new HashMap<>();
        for (Map.Entry<String, JsonValue> member : object.members().entrySet()) {
            String inner = pointer + "/" + member.getKey().replace("~", "~0").replace("/", "~1");
            Optional<Value> value = value(member.getValue(), inner, rewrites);
            value.ifPresent(known -> members.put(member.getKey(), known));
        }
        return new CedarMap(members);
    }

    /** Empty for null, which Cedar does not have: {@code context.arguments has x} is then false. */
    private static Optional<Value> value(JsonValue value, String pointer, List<Rewrite> rewrites)
            throws UnclearArgumentException {
        return switch (value.kind()) {
            case STRING -> Optional.of(new PrimString(text(value.text(), pointer, rewrites)));
            case BOOLEAN -> Optional.of(new PrimBool(value.flag()));
            case NUMBER -> Optional.of(number(value, pointer));
            case OBJECT -> Optional.of(object(value, pointer, rewrites));
            case ARRAY -> Optional.of(array(value, pointer, rewrites));
            case NULL -> Optional.empty();
        };
    }

    private static CedarList array(JsonValue array, String pointer, List<Rewrite> rewrites)
            throws UnclearArgumentException {
        List<Value> elements = new ArrayList<>();
        int index = 0;
        for (JsonValue element : array.elements()) {
            value(element, pointer + "/" + index, rewrites).ifPresent(elements::add);
            index++;
        }
        return new CedarList(elements);
    }

    private static Value number(JsonValue value, String pointer) throws UnclearArgumentException {
        Optional<Long> whole = value.integer();
        if (whole.isPresent()) {
            return new PrimLong(whole.get());
        }
        BigDecimal number = value.number().stripTrailingZeros();
        String plain = number.toPlainString();
        if (!DECIMAL.matcher(plain).matches()) {
            throw new UnclearArgumentException(pointer, "is a number that Cedar cannot hold");
        }
        return new Decimal(plain);
    }

    private static String text(String text, String pointer, List<Rewrite> rewrites) throws UnclearArgumentException {
        if (text.chars().anyMatch(c -> c == 0 || c == 0x7F || (c < 0x20 && c != '\n' && c != '\t' && c != '\r'))) {
            throw new UnclearArgumentException(pointer, "has a control character");
        }
        boolean oneLine = text.indexOf('\n') < 0 && text.length() <= 4096;
        if (!oneLine || !mayBePath(text)) {
            return text;
        }
        if (CLIMBS.matcher(text).find()) {
            throw new UnclearArgumentException(pointer, "climbs, so that it can be read as two paths");
        }
        String real = text.startsWith("/") ? real(text, pointer) : text;
        if (!real.equals(text)) {
            rewrites.add(new Rewrite(pointer, real));
        }
        return real;
    }

    private static boolean mayBePath(String text) {
        return text.startsWith("/")
                || (text.indexOf(' ') < 0 && (text.indexOf('/') >= 0 || text.indexOf('\\') >= 0))
                || text.equals("..");
    }

    /** The longest part that exists without its links, and the names of the rest. */
    private static String real(String text, String pointer) throws UnclearArgumentException {
        try {
            Path path = Path.of(text).normalize();
            for (Path part = path; part != null; part = part.getParent()) {
                if (Files.exists(part, LinkOption.NOFOLLOW_LINKS)) {
                    Path rest = part.relativize(path);
                    Path known = part.toRealPath();
                    return rest.toString().isEmpty()
                            ? known.toString()
                            : known.resolve(rest).toString();
                }
            }
            return path.toString();
        } catch (IOException | InvalidPathException e) {
            throw new UnclearArgumentException(pointer, "is a path that cannot be resolved");
        }
    }
}
