package dev.ilura.policy.scope;

import dev.ilura.policy.scope.SqlTokens.Kind;
import dev.ilura.policy.scope.SqlTokens.Token;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What one statement does besides reading. What is not understood as a query counts as writing. */
record SqlWrites(SqlDialect dialect) {
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

    /** What the statement does besides reading, in words; empty if nothing. */
    String in(List<Token> tokens) {
        int start = 0;
        while (tokens.get(start).isSymbol("(") && start < tokens.size() - 1) {
            start++;
        }
        Token first = tokens.get(start);
        if (first.kind() != Kind.WORD || !dialect.startsReading(first.text())) {
            return "begins with " + first.shown() + ", which is no query";
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
        if (token.isName() && after.isSymbol("(") && dialect.forbidsFunction(token.text())) {
            return "calls " + token.shown() + ", which does more than read";
        }
        if (dialect.forbidsFunction(token.text()) && dialect == SqlDialect.MSSQL && token.isName()) {
            return "names " + token.shown() + ", which does more than read";
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
                return dialect == SqlDialect.MYSQL && i == tokens.size() - 1 && i == from && token.isName();
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
        return READING_PRAGMAS.contains(name) && !assigns && !setsByCall
                ? ""
                : "uses the pragma " + SqlTokens.shown(name);
    }
}
