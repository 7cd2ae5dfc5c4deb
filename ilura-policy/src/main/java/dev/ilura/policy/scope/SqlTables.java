package dev.ilura.policy.scope;

import dev.ilura.policy.scope.SqlTokens.Kind;
import dev.ilura.policy.scope.SqlTokens.Token;
import dev.ilura.text.UnclearValueException;
import java.util.List;
import java.util.Set;

/** Whether a query reads no tables but these. */
record SqlTables(List<String> tables) {
    private static final Set<String> TABLE_INTRODUCERS = Set.of("from", "join");

    private static final Set<String> AFTER_TABLES = Set.of(
            "where",
            "group",
            "order",
            "having",
            "limit",
            "offset",
            "union",
            "intersect",
            "except",
            "window",
            "on",
            "using",
            "set",
            "for",
            "fetch",
            "select");

    /** Every place where a table can stand; what is no plain name there is not understood. */
    Finding judge(List<Token> tokens) throws UnclearValueException {
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            boolean commaOfTables = token.isSymbol(",") && isInTableList(tokens, i);
            if ((token.kind() == Kind.WORD && TABLE_INTRODUCERS.contains(token.text()))
                    || commaOfTables
                    || token.is("table")) {
                String table = tableAt(tokens, i + 1);
                if (!table.isEmpty() && !tables.contains(table) && !isDefined(tokens, table)) {
                    return Finding.outside(
                            SqlScope.OUTSIDE, "reads " + SqlTokens.shown(table) + ", which is not one of " + tables);
                }
            }
        }
        return Finding.inside("only reads " + tables);
    }

    /** The name that stands here, empty for a subquery. */
    private static String tableAt(List<Token> tokens, int from) throws UnclearValueException {
        int i = from;
        while (i < tokens.size() && (tokens.get(i).is("only") || tokens.get(i).is("lateral"))) {
            i++;
        }
        if (i < tokens.size() && tokens.get(i).isSymbol("(")) {
            return "";
        }
        StringBuilder name = new StringBuilder();
        while (i < tokens.size() && tokens.get(i).isName()) {
            name.append(tokens.get(i).text());
            if (i + 1 < tokens.size() && tokens.get(i + 1).isSymbol(".")) {
                name.append('.');
                i += 2;
            } else {
                i++;
                break;
            }
        }
        if (name.isEmpty() || (i < tokens.size() && tokens.get(i).isSymbol("("))) {
            throw new UnclearValueException("reads from something that is no table");
        }
        return name.toString();
    }

    /** Whether the nearest word that opens or ends a list of tables at this level, going back, opens one. */
    private static boolean isInTableList(List<Token> tokens, int comma) {
        int depth = 0;
        for (int i = comma - 1; i >= 0; i--) {
            Token token = tokens.get(i);
            depth += token.isSymbol(")") ? 1 : token.isSymbol("(") ? -1 : 0;
            if (depth < 0) {
                // the list may go on inside brackets: FROM (a, b)
                return i > 0 && tokens.get(i - 1).is("from");
            }
            if (depth == 0 && token.kind() == Kind.WORD) {
                if (token.text().equals("from") || token.text().equals("join")) {
                    return true;
                }
                if (AFTER_TABLES.contains(token.text())) {
                    return false;
                }
            }
        }
        return false;
    }

    private static boolean isDefined(List<Token> tokens, String table) {
        for (int i = 0; i + 2 < tokens.size(); i++) {
            if (tokens.get(i).isName()
                    && tokens.get(i).text().equals(table)
                    && tokens.get(i + 1).is("as")
                    && tokens.get(i + 2).isSymbol("(")) {
                return tokens.get(0).is("with");
            }
        }
        return false;
    }
}
