package dev.ilura.policy.scope;

import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.policy.scope.SqlTokens.Token;
import dev.ilura.text.UnclearValueException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * One SQL statement that only reads: exactly one, beginning like a query, without a part that writes, locks or leaves the
 * database. What is not understood is denied.
 *
 * <p>A function of your own may write whatever its name says, so give the server a database role that cannot write as
 * well; this is the first net, that is the second.
 */
public final class SqlScope implements Scope {
    /** The statement does more than read, or reads other tables. */
    public static final String OUTSIDE = "ILR-POLICY-161";

    /** The text is not one statement, or some databases split it differently. */
    public static final String UNCLEAR = "ILR-POLICY-162";

    private final SqlDialect dialect;
    private final List<String> tables;

    private SqlScope(SqlDialect dialect, List<String> tables) {
        this.dialect = dialect;
        this.tables = List.copyOf(tables);
    }

    /** One statement that reads any table. */
    public static SqlScope readOnly(SqlDialect dialect) {
        return new SqlScope(Objects.requireNonNull(dialect, "dialect"), List.of());
    }

    /** The same, reading only these tables (as they are written in statements, with or without a schema). */
    public SqlScope tables(List<String> tables) {
        return new SqlScope(
                dialect,
                tables.stream().map(table -> table.toLowerCase(Locale.ROOT)).toList());
    }

    @Override
    public Finding judge(JsonValue value, ToolCall call) {
        if (!value.isString()) {
            return Finding.unclear(UNCLEAR, "is no string, so it is no statement");
        }
        try {
            Finding finding = judge(SqlTokens.of(value.text(), dialect));
            return finding.standing() == Finding.Standing.INSIDE && value.text().indexOf('\\') >= 0
                    ? alsoWithOtherEscapes(value.text(), finding)
                    : finding;
        } catch (UnclearValueException e) {
            return Finding.unclear(UNCLEAR, e.why());
        }
    }

    private Finding judge(List<Token> all) throws UnclearValueException {
        List<Token> tokens = withoutTrailingSeparator(all);
        requireOneStatement(tokens);
        String writes = new SqlWrites(dialect).in(tokens);
        if (!writes.isEmpty()) {
            return Finding.outside(OUTSIDE, writes);
        }
        return tables.isEmpty() ? Finding.inside("only reads") : new SqlTables(tables).judge(tokens);
    }

    /** The attack: a backslash before a quote, which ends the text only under some settings of the server. */
    private Finding alsoWithOtherEscapes(String sql, Finding finding) {
        List<Token> tokens;
        try {
            tokens = SqlTokens.withOtherEscapes(sql, dialect);
        } catch (UnclearValueException noStatement) {
            return finding;
        }
        try {
            if (judge(tokens).standing() == Finding.Standing.INSIDE) {
                return finding;
            }
        } catch (UnclearValueException several) {
            // as bad as a statement that writes
        }
        return Finding.unclear(UNCLEAR, "has a backslash before a quote, which ends the text only for some settings");
    }

    private static List<Token> withoutTrailingSeparator(List<Token> tokens) {
        boolean separated = !tokens.isEmpty() && tokens.get(tokens.size() - 1).isSymbol(";");
        return separated ? tokens.subList(0, tokens.size() - 1) : tokens;
    }

    private static void requireOneStatement(List<Token> tokens) throws UnclearValueException {
        int depth = 0;
        for (Token token : tokens) {
            if (token.isSymbol(";")) {
                throw new UnclearValueException("is more than one statement");
            }
            depth += token.isSymbol("(") ? 1 : token.isSymbol(")") ? -1 : 0;
            if (depth < 0) {
                break;
            }
        }
        if (depth != 0) {
            throw new UnclearValueException("has brackets that do not pair");
        }
        if (tokens.size() < 2) {
            throw new UnclearValueException("is no complete statement");
        }
    }

    @Override
    public List<?> edges() {
        List<String> edges = new ArrayList<>(List.of(
                "SELECT 1",
                "SELECT * FROM other",
                "DELETE FROM other",
                "SELECT 1; SELECT 2",
                "SELECT * FROM a, other"));
        tables.forEach(table -> edges.add("SELECT * FROM " + table));
        return edges;
    }

    @Override
    public String describe() {
        String base = "one " + dialect.label() + " statement that only reads";
        return tables.isEmpty() ? base : base + " " + tables;
    }

    @Override
    public Map<String, ?> facts() {
        return Map.of("type", "sql", "dialect", dialect.label(), "tables", tables);
    }
}
