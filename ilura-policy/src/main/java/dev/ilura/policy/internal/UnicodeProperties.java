package dev.ilura.policy.internal;

import java.lang.Character.UnicodeScript;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Properties of characters by their names in ECMA-262, as the inside of a character class of Java. */
final class UnicodeProperties {
    private static final Map<String, String> CATEGORIES = categories("""
            L Letter, LC Cased_Letter, Lu Uppercase_Letter, Ll Lowercase_Letter, Lt Titlecase_Letter, Lm Modifier_Letter,
            Lo Other_Letter, M Mark, M Combining_Mark, Mn Nonspacing_Mark, Mc Spacing_Mark, Me Enclosing_Mark, N Number,
            Nd Decimal_Number, Nd digit, Nl Letter_Number, No Other_Number, P Punctuation, P punct,
            Pc Connector_Punctuation, Pd Dash_Punctuation, Ps Open_Punctuation, Pe Close_Punctuation,
            Pi Initial_Punctuation, Pf Final_Punctuation, Po Other_Punctuation, S Symbol, Sm Math_Symbol,
            Sc Currency_Symbol, Sk Modifier_Symbol, So Other_Symbol, Z Separator, Zs Space_Separator, Zl Line_Separator,
            Zp Paragraph_Separator, C Other, Cc Control, Cc cntrl, Cf Format, Cs Surrogate, Co Private_Use, Cn Unassigned""");

    /** Java's {@code \p{Alpha}}, {@code Lower} and {@code Upper} are those of ASCII, so none is handed on by its name. */
    private static final Map<String, String> BINARY = binary();

    private static final Set<String> SCRIPT = Set.of("Script", "sc");
    private static final Set<String> CATEGORY = Set.of("General_Category", "gc");

    private UnicodeProperties() {}

    /**
     * What {@code \p{expression}} matches, to be put between square brackets.
     *
     * @throws IllegalArgumentException if it is no property that is known here
     */
    static String members(String expression) {
        int equals = expression.indexOf('=');
        String name = equals < 0 ? "" : expression.substring(0, equals);
        String value = expression.substring(equals + 1);
        if (SCRIPT.contains(name)) {
            return "\\p{script=" + UnicodeScript.forName(value) + "}";
        }
        String category = CATEGORIES.get(value);
        if (category != null && (equals < 0 || CATEGORY.contains(name))) {
            return "\\p{" + category + "}";
        }
        String binary = equals < 0 ? BINARY.get(value) : null;
        if (binary == null) {
            throw new IllegalArgumentException("the property {" + expression + "}, which is not known here");
        }
        return binary;
    }

    private static Map<String, String> categories(String pairs) {
        Map<String, String> categories = new HashMap<>();
        for (String pair : pairs.split(",", -1)) {
            String[] names = pair.strip().split(" ", -1);
            categories.put(names[0], names[0]);
            categories.put(names[1], names[0]);
        }
        return Map.copyOf(categories);
    }

    private static Map<String, String> binary() {
        Map<String, String> known = new HashMap<>();
        String all = "\\x{0}-\\x{10FFFF}";
        known.put("Any", all);
        known.put("Assigned", "\\P{Cn}");
        known.put("ASCII", "\\x00-\\x7F");
        put(known, "\\p{IsAlphabetic}", "Alphabetic", "Alpha");
        put(known, "\\p{IsLowercase}", "Lowercase", "Lower");
        put(known, "\\p{IsUppercase}", "Uppercase", "Upper");
        put(known, "\\p{IsWhite_Space}", "White_Space", "space");
        put(known, "\\p{IsIdeographic}", "Ideographic", "Ideo");
        put(known, "0-9A-Fa-f", "ASCII_Hex_Digit", "AHex");
        put(known, "\\p{IsHex_Digit}", "Hex_Digit", "Hex");
        put(known, "\\p{IsNoncharacter_Code_Point}", "Noncharacter_Code_Point", "NChar");
        put(known, "\\p{IsJoin_Control}", "Join_Control", "Join_C");
        put(known, "\\p{javaUnicodeIdentifierStart}", "ID_Start", "IDS");
        put(known, "\\p{javaUnicodeIdentifierPart}&&[^\\p{Cf}\\p{Cc}]", "ID_Continue", "IDC");
        put(known, Emoji.PICTOGRAPHIC, "Extended_Pictographic", "ExtPict");
        put(known, Emoji.COMPONENT, "Emoji_Component", "EComp");
        put(known, Emoji.MODIFIER, "Emoji_Modifier", "EMod");
        put(known, Emoji.ANY, "Emoji", "Emoji");
        put(known, Emoji.PRESENTED, "Emoji_Presentation", "EPres");
        put(known, "\\x{1F1E6}-\\x{1F1FF}", "Regional_Indicator", "RI");
        put(known, "\\x{FE00}-\\x{FE0F}\\x{180B}-\\x{180D}\\x{180F}\\x{E0100}-\\x{E01EF}", "Variation_Selector", "VS");
        return Map.copyOf(known);
    }

    private static void put(Map<String, String> known, String members, String name, String alias) {
        known.put(name, members);
        known.put(alias, members);
    }
}
