package dev.ilura.policy.scope;

import dev.ilura.text.Hidden;
import dev.ilura.text.UnclearValueException;
import dev.ilura.text.VisibleText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Splits a statement the way one dialect does, and refuses what another configuration of it would split differently. */
final class SqlTokens {
    private static final Pattern DOLLAR_QUOTE = Pattern.compile("\\$([A-Za-z_][A-Za-z_0-9]*)?\\$");
    private static final int MAX_LENGTH = 100_000;

    private final String sql;
    private final SqlDialect dialect;
    private final boolean otherEscapes;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private SqlTokens(String sql, SqlDialect dialect, boolean otherEscapes) {
        this.sql = sql;
        this.dialect = dialect;
        this.otherEscapes = otherEscapes;
    }

    /** The tokens in order, comments and blanks dropped. */
    static List<Token> of(String sql, SqlDialect dialect) throws UnclearValueException {
        return of(sql, dialect, false);
    }

    /** The same for a server that is set to read backslashes in texts the other way. */
    static List<Token> withOtherEscapes(String sql, SqlDialect dialect) throws UnclearValueException {
        return of(sql, dialect, true);
    }

    private static List<Token> of(String sql, SqlDialect dialect, boolean otherEscapes) throws UnclearValueException {
        if (sql.length() > MAX_LENGTH) {
            throw new UnclearValueException("is longer than " + MAX_LENGTH + " characters");
        }
        SqlTokens scanner = new SqlTokens(sql, dialect, otherEscapes);
        while (scanner.at < sql.length()) {
            scanner.next();
        }
        return scanner.tokens;
    }

    private void next() throws UnclearValueException {
        char c = sql.charAt(at);
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
            at++;
        } else if (c < 0x20 || Hidden.isHidden(sql.codePointAt(at)) || (c > 0x7F && Character.isSpaceChar(c))) {
            throw new UnclearValueException("has a character that some databases skip and others do not");
        } else if (sql.startsWith("--", at)) {
            lineComment();
        } else if (sql.startsWith("/*", at)) {
            blockComment();
        } else if (c == '#' && dialect.hasHashComments()) {
            at = endOfLine();
        } else if (c == '\'') {
            string("");
        } else if (c == '"') {
            quotedName('"');
        } else if (c == '`' && dialect.hasBackticks()) {
            quotedName('`');
        } else if (c == '[' && dialect.hasBrackets()) {
            quotedName(']');
        } else if (c == '$' && dialect.hasDollarQuotes() && dollarQuote()) {
            tokens.add(new Token(Kind.TEXT, ""));
        } else if (Character.isLetter(c) || c == '_' || c == '@') {
            word();
        } else if (Character.isDigit(c)) {
            number();
        } else {
            symbol(c);
        }
    }

    private void lineComment() throws UnclearValueException {
        boolean blankFollows = at + 2 == sql.length() || Character.isWhitespace(sql.charAt(at + 2));
        if (dialect == SqlDialect.MYSQL && !blankFollows) {
            throw new UnclearValueException("has '--' without a blank, which is a comment only elsewhere");
        }
        at = endOfLine();
    }

    /** A lone carriage return ends a line for some and not for others. */
    private int endOfLine() throws UnclearValueException {
        int end = sql.indexOf('\n', at);
        int stop = end < 0 ? sql.length() : end;
        int carriageReturn = sql.indexOf('\r', at);
        if (carriageReturn >= 0 && carriageReturn < stop - 1) {
            throw new UnclearValueException("has a carriage return in a comment");
        }
        return stop;
    }

    private void blockComment() throws UnclearValueException {
        int end = sql.indexOf("*/", at + 2);
        if (end < 0) {
            throw new UnclearValueException("has a comment without an end");
        }
        String comment = sql.substring(at + 2, end);
        // the attacks: /*! runs in MySQL; nested comments end early for databases that do not nest them
        if (comment.startsWith("!") || comment.startsWith("M!") || comment.startsWith("+") || comment.contains("/*")) {
            throw new UnclearValueException("has a comment that some databases execute or end elsewhere");
        }
        at = end + 2;
    }

    private void string(String prefix) throws UnclearValueException {
        boolean escapes = dialect.hasBackslashEscapes(prefix) != otherEscapes;
        int i = at + 1;
        while (i < sql.length()) {
            char c = sql.charAt(i);
            if (c == '\\' && escapes) {
                i += 2;
            } else if (c == '\'') {
                if (i + 1 >= sql.length() || sql.charAt(i + 1) != '\'') {
                    tokens.add(new Token(Kind.TEXT, ""));
                    at = i + 1;
                    return;
                }
                i += 2;
            } else {
                i++;
            }
        }
        throw new UnclearValueException("has a text without an end");
    }

    private void quotedName(char close) throws UnclearValueException {
        boolean escapes = dialect == SqlDialect.MYSQL && close == '"' && !otherEscapes;
        StringBuilder name = new StringBuilder();
        int i = at + 1;
        while (i < sql.length()) {
            char c = sql.charAt(i);
            if (c == '\\' && escapes) {
                i += 2;
            } else if (c == close) {
                if (i + 1 >= sql.length() || sql.charAt(i + 1) != close) {
                    tokens.add(new Token(Kind.NAME, name.toString().toLowerCase(Locale.ROOT)));
                    at = i + 1;
                    return;
                }
                name.append(c);
                i += 2;
            } else {
                name.append(c);
                i++;
            }
        }
        throw new UnclearValueException("has a quoted name without an end");
    }

    private boolean dollarQuote() throws UnclearValueException {
        Matcher opening = DOLLAR_QUOTE.matcher(sql).region(at, sql.length());
        if (!opening.lookingAt()) {
            return false;
        }
        int end = sql.indexOf(opening.group(), opening.end());
        if (end < 0) {
            throw new UnclearValueException("has a text without an end");
        }
        at = end + opening.group().length();
        return true;
    }

    private void word() throws UnclearValueException {
        int end = at;
        while (end < sql.length() && isWordPart(sql.charAt(end))) {
            end++;
        }
        String word = sql.substring(at, end).toLowerCase(Locale.ROOT);
        boolean quoteFollows = end < sql.length() && (sql.charAt(end) == '\'' || sql.charAt(end) == '&');
        if (word.equals("u") && sql.startsWith("&", end)) {
            throw new UnclearValueException("has a text with its own escape character");
        }
        if (quoteFollows && sql.charAt(end) == '\'' && isTextPrefix(word)) {
            at = end;
            string(word);
            return;
        }
        tokens.add(new Token(Kind.WORD, word));
        at = end;
    }

    private static boolean isTextPrefix(String word) {
        return word.equals("e") || word.equals("n") || word.equals("b") || word.equals("x") || word.startsWith("_");
    }

    private static boolean isWordPart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '$' || c == '@' || c == '#';
    }

    private void number() {
        int end = at;
        while (end < sql.length() && (Character.isLetterOrDigit(sql.charAt(end)) || sql.charAt(end) == '.')) {
            end++;
        }
        tokens.add(new Token(Kind.TEXT, ""));
        at = end;
    }

    private void symbol(char c) throws UnclearValueException {
        if (c == '\\') {
            throw new UnclearValueException("has a backslash outside a text, a command to some clients");
        }
        if (c > 0x7F) {
            // the attack: a fullwidth semicolon that something on the way folds to a plain one
            throw new UnclearValueException("has a character outside texts and names that is not ASCII");
        }
        boolean assignment = sql.startsWith(":=", at);
        tokens.add(new Token(Kind.SYMBOL, assignment ? ":=" : String.valueOf(c)));
        at += assignment ? 2 : 1;
    }

    /** What a token is. */
    enum Kind {
        /** A bare word, lower case: a keyword or a name. */
        WORD,
        /** A quoted name, lower case, without the quotes. */
        NAME,
        /** A text or number, whatever it says. */
        TEXT,
        /** Everything else. */
        SYMBOL
    }

    /** One token. */
    record Token(Kind kind, String text) {
        boolean is(String word) {
            return kind == Kind.WORD && text.equals(word);
        }

        boolean isSymbol(String symbol) {
            return kind == Kind.SYMBOL && text.equals(symbol);
        }

        boolean isName() {
            return kind == Kind.WORD || kind == Kind.NAME;
        }

        String shown() {
            return SqlTokens.shown(text);
        }
    }

    /** A word of the statement, for people. */
    static String shown(String text) {
        String visible = VisibleText.oneLine(text);
        return visible.length() <= 60 ? visible : visible.substring(0, 60) + "\u2026";
    }
}
