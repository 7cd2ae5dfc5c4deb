package dev.ilura.policy.scope;

import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.policy.scope.SqlTokens.Kind;
import dev.ilura.policy.scope.SqlTokens.Token;
import dev.ilura.text.UnclearValueException;
import dev.ilura.text.VisibleText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

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

    /** Words that begin something that writes; names of columns may be like them where they begin nothing. */
    private static final Set<String> WRITING = Set.of("insert", "update", "delete", "merge", "replace", "upsert");

    private static final Set<String> WRITING_ANYWHERE = Set.of(
            "alter",
            "backup",
            "begin",
            "bulk",
            "checkpoint",
            "close",
            "commit",
            "create",
            "dbcc",
            "deallocate",
            "declare",
            "delete",
            "deny",
            "drop",
            "exec",
            "execute",
            "go",
            "goto",
            "grant",
            "if",
            "insert",
            "kill",
            "merge",
            "open",
            "print",
            "raiserror",
            "readtext",
            "reconfigure",
            "restore",
            "revert",
            "revoke",
            "rollback",
            "save",
            "set",
            "setuser",
            "shutdown",
            "throw",
            "truncate",
            "update",
            "updatetext",
            "use",
            "waitfor",
            "while",
            "writetext");

    private static final Set<String> READING_PRAGMAS = Set.of(
            "table_info",
            "table_xinfo",
            "table_list",
            "index_list",
            "index_info",
            "index_xinfo",
            "foreign_key_list",
            "database_list",
            "collation_list",
            "function_list",
            "module_list",
            "pragma_list",
            "compile_options",
            "page_count",
            "page_size",
            "freelist_count",
            "user_version",
            "schema_version",
            "encoding",
            "integrity_check",
            "quick_check",
            "foreign_key_check",
            "application_id");

    /** Settings that a pragma shows if it is given nothing. */
    private static final Set<String> SHOWN_PRAGMAS = Set.of(
            "auto_vacuum",
            "automatic_index",
            "busy_timeout",
            "cache_size",
            "cache_spill",
            "cell_size_check",
            "data_version",
            "foreign_keys",
            "journal_mode",
            "journal_size_limit",
            "locking_mode",
            "max_page_count",
            "mmap_size",
            "query_only",
            "recursive_triggers",
            "secure_delete",
            "synchronous",
            "temp_store",
            "threads",
            "wal_autocheckpoint");

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
        String writes = whatWrites(tokens);
        if (!writes.isEmpty()) {
            return Finding.outside(OUTSIDE, writes);
        }
        return tables.isEmpty() ? Finding.inside("only reads") : readTables(tokens);
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

    /** What the statement does besides reading, in words; empty if nothing. */
    private String whatWrites(List<Token> tokens) {
        int start = 0;
        while (tokens.get(start).isSymbol("(") && start < tokens.size() - 1) {
            start++;
        }
        Token first = tokens.get(start);
        if (first.kind() != Kind.WORD || !dialect.startsReading(first.text())) {
            return "begins with " + shown(first.text()) + ", which is no query";
        }
        if (first.is("pragma")) {
            return writingPragma(tokens, start);
        }
        if (first.is("explain") && !explainsQuery(tokens, start + 1)) {
            return "explains what is no query, which may run it";
        }
        if (first.is("with") && mainStatement(tokens).isEmpty()) {
            return "begins with definitions that no query follows";
        }
        for (int i = start; i < tokens.size(); i++) {
            String writes = writesAt(tokens, i);
            if (!writes.isEmpty()) {
                return writes;
            }
        }
        return "";
    }

    private String writesAt(List<Token> tokens, int i) {
        Token token = tokens.get(i);
        Token before = i > 0 ? tokens.get(i - 1) : new Token(Kind.SYMBOL, "(");
        Token after = i + 1 < tokens.size() ? tokens.get(i + 1) : new Token(Kind.SYMBOL, ")");
        if (token.isSymbol(":=")) {
            return "assigns a variable";
        }
        if (isName(token) && after.isSymbol("(") && dialect.forbidsFunction(token.text())) {
            return "calls " + shown(token.text()) + ", which does more than read";
        }
        if (dialect.forbidsFunction(token.text()) && dialect == SqlDialect.MSSQL && isName(token)) {
            return "names " + shown(token.text()) + ", which does more than read";
        }
        if (token.kind() != Kind.WORD || before.isSymbol(".")) {
            return "";
        }
        return writingWord(tokens, i, before, after);
    }

    private String writingWord(List<Token> tokens, int i, Token before, Token after) {
        String word = tokens.get(i).text();
        if (word.equals("into")) {
            return "writes its result INTO something";
        }
        boolean locks = (word.equals("for")
                        && after.kind() == Kind.WORD
                        && Set.of("update", "share", "no", "key").contains(after.text()))
                || (word.equals("lock") && after.is("in"));
        if (locks) {
            return "locks what it reads";
        }
        if (word.equals("next") && after.is("value")) {
            return "advances a sequence";
        }
        if (word.equals("procedure") && dialect == SqlDialect.MYSQL) {
            return "calls a procedure";
        }
        if (dialect.needsNoSeparator() && WRITING_ANYWHERE.contains(word)) {
            return "contains " + word.toUpperCase(Locale.ROOT);
        }
        boolean begins = before.isSymbol("(") || before.isSymbol(")") || followsExplain(tokens, i);
        boolean withObject = after.kind() != Kind.SYMBOL || after.isSymbol("[");
        boolean spelledOut = (word.equals("delete") && after.is("from")) || (word.equals("insert") && after.is("into"));
        return WRITING.contains(word) && ((begins && withObject) || spelledOut)
                ? "contains " + word.toUpperCase(Locale.ROOT)
                : "";
    }

    private static boolean followsExplain(List<Token> tokens, int i) {
        return i > 0
                && Set.of("explain", "analyze", "analyse", "verbose", "plan", "materialized")
                        .contains(tokens.get(i - 1).text());
    }

    /** The first word at the outermost level after the definitions of WITH that begins a query. */
    private static List<Token> mainStatement(List<Token> tokens) {
        int depth = 0;
        for (int i = 1; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            depth += token.isSymbol("(") ? 1 : token.isSymbol(")") ? -1 : 0;
            boolean afterDefinition = tokens.get(i - 1).isSymbol(")") && depth == 0;
            if (afterDefinition && (token.is("select") || token.is("values") || token.is("table"))) {
                return tokens.subList(i, tokens.size());
            }
            if (tokens.get(i - 1).isSymbol(")") && depth == 1 && token.isSymbol("(")) {
                return tokens.subList(i, tokens.size());
            }
        }
        return List.of();
    }

    private boolean explainsQuery(List<Token> tokens, int from) {
        int i = from;
        int depth = 0;
        while (i < tokens.size()) {
            Token token = tokens.get(i);
            if (depth == 0 && (token.is("select") || token.is("with") || token.is("values") || token.is("table"))) {
                return true;
            }
            boolean option = token.kind() == Kind.WORD
                    && Set.of(
                                    "analyze",
                                    "analyse",
                                    "verbose",
                                    "query",
                                    "plan",
                                    "extended",
                                    "format",
                                    "json",
                                    "tree",
                                    "traditional",
                                    "partitions",
                                    "costs",
                                    "buffers",
                                    "timing",
                                    "summary",
                                    "settings",
                                    "wal",
                                    "on",
                                    "off",
                                    "true",
                                    "false",
                                    "text",
                                    "xml",
                                    "yaml")
                            .contains(token.text());
            depth += token.isSymbol("(") ? 1 : token.isSymbol(")") ? -1 : 0;
            if (!option && token.kind() != Kind.SYMBOL) {
                return dialect == SqlDialect.MYSQL && i == tokens.size() - 1 && i == from && isName(token);
            }
            i++;
        }
        return false;
    }

    private String writingPragma(List<Token> tokens, int start) {
        int i = start + 1;
        if (i + 2 < tokens.size() && tokens.get(i + 1).isSymbol(".")) {
            i += 2;
        }
        String name = i < tokens.size() ? tokens.get(i).text() : "";
        if (SHOWN_PRAGMAS.contains(name) && i == tokens.size() - 1) {
            return "";
        }
        boolean assigns = tokens.stream().anyMatch(token -> token.isSymbol("="));
        boolean setsByCall =
                i + 1 < tokens.size() && !name.contains("_list") && !name.contains("info") && !name.contains("check");
        return READING_PRAGMAS.contains(name) && !assigns && !setsByCall ? "" : "uses the pragma " + shown(name);
    }

    /** Every place where a table can stand; what is no plain name there is not understood. */
    private Finding readTables(List<Token> tokens) throws UnclearValueException {
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            boolean commaOfTables = token.isSymbol(",") && isInTableList(tokens, i);
            if ((token.kind() == Kind.WORD && TABLE_INTRODUCERS.contains(token.text()))
                    || commaOfTables
                    || token.is("table")) {
                String table = tableAt(tokens, i + 1);
                if (!table.isEmpty() && !tables.contains(table) && !isDefined(tokens, table)) {
                    return Finding.outside(OUTSIDE, "reads " + shown(table) + ", which is not one of " + tables);
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
        while (i < tokens.size() && isName(tokens.get(i))) {
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
            if (isName(tokens.get(i))
                    && tokens.get(i).text().equals(table)
                    && tokens.get(i + 1).is("as")
                    && tokens.get(i + 2).isSymbol("(")) {
                return tokens.get(0).is("with");
            }
        }
        return false;
    }

    private static boolean isName(Token token) {
        return token.kind() == Kind.WORD || token.kind() == Kind.NAME;
    }

    private static String shown(String text) {
        String visible = VisibleText.oneLine(text);
        return visible.length() <= 60 ? visible : visible.substring(0, 60) + "\u2026";
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
