package dev.ilura.policy.scope;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What differs between databases, as far as it decides whether a statement only reads. */
public enum SqlDialect {
    /** PostgreSQL and what speaks like it. Of its own functions only the known harmless ones are let in. */
    POSTGRES(
            Set.of("select", "with", "values", "table", "show", "explain"),
            "lo_.*|lo(read|write)|dblink.*|set_config|(next|set)val|(query|table|cursor|schema|database)_to_xml.*"
                    + "|txid_snapshot.*|ts_stat|xml_is_well_formed_document|plpgsql_.*|plpython.*|sys_(exec|eval).*"
                    + "|(brin|gin)_(summarize|desummarize|clean).*|crosstab.*|connectby.*|http(_.*)?|copy_.*"
                    + "|(?!pg_(typeof|size_.*|column_size|.*_size|get_.*|backend_pid|postmaster_start_time"
                    + "|is_in_recovery|.*_is_visible|encoding_to_char|char_to_encoding|client_encoding|conf_load_time"
                    + "|blocking_pids|has_role|input_is_valid|current_.*|stat_get_(?!.*reset).*|collation_for|options_to_table)$)pg_.*"),

    /** MySQL and MariaDB. */
    MYSQL(
            Set.of("select", "with", "values", "table", "show", "explain", "describe", "desc"),
            "load_file|benchmark|sleep|(get|release|release_all)_locks?|(master|source)_(pos|gtid)_wait"
                    + "|wait_(for_executed|until_sql).*gtid.*|(next|set|last)val|sys_(exec|eval|get|set)|lib_mysqludf.*"
                    + "|service_(get|release)_.*|analyse|(mle|audit|asynchronous|group_replication|keyring|version_tokens)_.*"),

    /** SQLite, with the functions that its command line adds. */
    SQLITE(
            Set.of("select", "with", "values", "pragma", "explain"),
            "load_extension|(read|write)file|edit|fsdir|ls(dir|mode)|fts3_tokenizer|zipfile.*|sqlar_.*|eval|system|shell"
                    + "|writable_.*|zeroblob|randomblob|dbstat|sqlite_(log|dbpage|dbdata).*|sha3_query|generate_files"),

    /** Microsoft SQL Server. Statements need no separator there, so every word that begins one counts anywhere. */
    MSSQL(
            Set.of("select", "with", "values"),
            "xp_.*|sp_.*|open(rowset|query|datasource|xml)|fn_(get_audit_file|xe_.*|trace_.*|dump_dblog.*|dblog.*|my_.*)"
                    + "|dm_os_(file_exists|enumerate_filesystem|.*files?.*)|(change|newsequential)id.*|setuserid.*");

    @SuppressWarnings("ImmutableEnumChecker") // made by Set.of
    private final Set<String> firstWords;

    private final Pattern forbiddenFunctions;

    SqlDialect(Set<String> firstWords, String forbiddenFunctions) {
        this.firstWords = firstWords;
        this.forbiddenFunctions = Pattern.compile(forbiddenFunctions);
    }

    /** The dialect of this name, for example {@code postgres}. */
    public static Optional<SqlDialect> named(String name) {
        for (SqlDialect dialect : values()) {
            if (dialect.label().equals(name)) {
                return Optional.of(dialect);
            }
        }
        return Optional.empty();
    }

    /** The name in configurations. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean startsReading(String word) {
        return firstWords.contains(word);
    }

    boolean forbidsFunction(String name) {
        return forbiddenFunctions.matcher(name).matches();
    }

    boolean hasBackslashEscapes(String prefix) {
        return this == MYSQL || (this == POSTGRES && prefix.equals("e"));
    }

    boolean hasHashComments() {
        return this == MYSQL;
    }

    boolean hasDollarQuotes() {
        return this == POSTGRES;
    }

    boolean hasBrackets() {
        return this == MSSQL || this == SQLITE;
    }

    boolean hasBackticks() {
        return this == MYSQL || this == SQLITE;
    }

    /** Whether words that begin a statement are reserved everywhere, because statements follow each other bare. */
    boolean needsNoSeparator() {
        return this == MSSQL;
    }
}
