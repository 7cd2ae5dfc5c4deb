package dev.ilura.policy.scope;

import static dev.ilura.policy.scope.Judging.judge;
import static dev.ilura.policy.scope.Judging.standing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.policy.scope.Finding.Standing;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlScopeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT count(*) FROM orders o JOIN users u ON u.id=o.user_id WHERE o.total > 10 GROUP BY 1 HAVING count(*)>1 ORDER BY 2 DESC LIMIT 5 OFFSET 10;",
                "SELECT id, name FROM users WHERE name ILIKE '%drop%'",
                "SELECT * FROM t WHERE note = 'DELETE FROM x; --'",
                "select a.update, b.set from a, b",
                "EXPLAIN SELECT 1",
                "EXPLAIN (ANALYZE, FORMAT JSON) SELECT * FROM t",
                "EXPLAIN ANALYZE SELECT 1",
                "VALUES (1,2),(3,4)",
                "TABLE users",
                "SHOW server_version",
                "WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n+1 FROM t WHERE n<100) SELECT sum(n) FROM t",
                "(SELECT 1) UNION (SELECT 2)",
                "SELECT '{\"a\":1}'::jsonb -> 'a'",
                "SELECT x::int, y::text FROM t -- comment\n",
                "SELECT date_trunc('day', now()) AS d, count(*) FROM e GROUP BY d",
                "SELECT * FROM generate_series(1,10) g",
                "SELECT rank() OVER (PARTITION BY a ORDER BY b) FROM t",
                "SELECT CASE WHEN a THEN 1 ELSE 2 END FROM t",
                "SELECT EXTRACT(EPOCH FROM now())",
                "SELECT substring('abc' FROM 1 FOR 2)",
                "SELECT E'a\\nb'",
                "SELECT * FROM information_schema.tables",
                "SELECT version()",
                "SELECT current_user",
                "SELECT array_agg(x) FROM t",
                "SELECT replace(a,'x','y') FROM t",
                "SELECT a, comment, lock, copy FROM t",
                "SELECT insert_date, deleted_at FROM t",
                "SELECT * FROM t WHERE a IN (SELECT b FROM u) AND NOT EXISTS (SELECT 1 FROM v)",
                "SELECT $1",
                "SELECT $tag$ DROP TABLE $tag$",
                "SELECT \"a;b\" FROM t",
                "SELECT 1;  -- done",
                "SELECT pg_size_pretty(pg_database_size('x'))",
                "SELECT * FROM pg_stat_activity",
                "SELECT to_tsvector('a') @@ to_tsquery('b')",
                "SELECT a FROM t FETCH FIRST 5 ROWS ONLY",
                "SELECT * FROM t TABLESAMPLE SYSTEM (1)",
                "SELECT 'it''s'",
                "select * from \"Orders\" where \"for\" = 1",
                "SELECT position('a' IN 'abc')",
                "SELECT current_setting('server_version')",
                "SELECT left(a,2) FROM t",
                "WITH a AS MATERIALIZED (SELECT 1) SELECT * FROM a",
                "SELECT md5('x')",
                "SELECT 1 AS \"drop\"",
                "SELECT 5 # 3",
                "SELECT json_build_object('set', 1)"
            })
    void postgresQueryOnlyReads(String sql) {
        assertThat(standing(SqlScope.readOnly(SqlDialect.POSTGRES), sql)).isEqualTo(Standing.INSIDE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1; SELECT 2",
                "DROP TABLE t",
                "WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x",
                "WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x",
                "WITH x AS (SELECT 1) UPDATE t SET a=1",
                "SELECT * INTO newt FROM t",
                "SELECT * FROM t FOR UPDATE",
                "SELECT * FROM t FOR NO KEY UPDATE",
                "COPY t TO PROGRAM 'id'",
                "COPY (SELECT 1) TO '/tmp/x'",
                "DO $$ BEGIN EXECUTE 'x'; END $$",
                "SELECT set_config('a','b',false)",
                "SELECT nextval('s')",
                "SELECT setval('s',1)",
                "SELECT dblink('x','DELETE FROM t')",
                "SELECT dblink_exec('x','y')",
                "SELECT query_to_xml('DELETE FROM t',true,true,'')",
                "EXPLAIN ANALYZE DELETE FROM t",
                "EXPLAIN (ANALYZE) UPDATE t SET a=1",
                "EXPLAIN ANALYZE WITH x AS (DELETE FROM t RETURNING *) SELECT 1",
                "SET ROLE postgres",
                "RESET ALL",
                "BEGIN",
                "CALL f()",
                "LISTEN x",
                "NOTIFY x",
                "PREPARE x AS DELETE FROM t",
                "EXECUTE x",
                "GRANT ALL ON t TO PUBLIC",
                "REFRESH MATERIALIZED VIEW v",
                "TRUNCATE t",
                "SELECT pg_terminate_backend(1)",
                "SELECT lo_unlink(1)",
                "SELECT pg_catalog . pg_read_file ('/etc/passwd')",
                "SELECT pg_advisory_lock(1)",
                "SELECT 1 /* unterminated",
                "SELECT 'a",
                "SELECT \"a",
                "SELECT $$a",
                "SELECT U&'\\0041'",
                "SELECT U&\"\\0070g_read_file\"('x')",
                "SELECT '\\'; DROP TABLE t; --'",
                "select 1\\; drop table t",
                "\\! id",
                "SELECT (1",
                "SELECT 1)",
                "",
                "   ",
                "-- only comment",
                "/* only */",
                "SELECT\u00A01; DELETE FROM t",
                "SELECT pg_notify('a','b')",
                "SELECT pg_stat_reset()",
                "COMMENT ON TABLE t IS 'x'",
                "ANALYZE t",
                "CLUSTER",
                "REINDEX TABLE t",
                "IMPORT FOREIGN SCHEMA x FROM SERVER y INTO z",
                "SECURITY LABEL ON TABLE t IS 'x'",
                "DECLARE c CURSOR FOR SELECT 1",
                "FETCH ALL FROM c",
                "SELECT pg_logical_emit_message(true,'a','b')",
                "SELECT pg_ls_logdir()",
                "SELECT pg_stat_file('/etc/passwd')",
                "SELECT lo_from_bytea(0,'x')",
                "SELECT txid_current(); DELETE FROM t",
                "SELECT 1 \u037E DELETE FROM t",
                "SELECT pg_export_snapshot()",
                "SELECT xmlparse(1); drop table x",
                "DEALLOCATE ALL",
                "DISCARD ALL",
                "SELECT pg_switch_wal()",
                "SELECT database_to_xml(true,true,'')",
                "CREATE EXTENSION dblink",
                "ALTER ROLE x SUPERUSER",
                "SELECT * FROM dblink('a','b') AS t(x int)",
                "SELECT pg_sleep_for('1 hour')"
            })
    void postgresStatementThatDoesMoreIsNotInside(String sql) {
        assertThat(standing(SqlScope.readOnly(SqlDialect.POSTGRES), sql)).isNotEqualTo(Standing.INSIDE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM t LIMIT 5",
                "SHOW TABLES",
                "DESCRIBE t",
                "DESC t",
                "EXPLAIN SELECT 1",
                "EXPLAIN t",
                "SELECT `delete`, `order` FROM `t`",
                "SELECT \"a\"",
                "SELECT 'it\\'s'",
                "SELECT 1 -- c\n",
                "SELECT 1 # c",
                "SELECT IFNULL(a,0), DATE_FORMAT(d,'%Y') FROM t",
                "SHOW CREATE TABLE t",
                "SELECT @@version",
                "SELECT REPLACE(a,'b','c') FROM t",
                "SELECT GROUP_CONCAT(a SEPARATOR ',') FROM t",
                "SELECT INSERT('abc',1,1,'x')",
                "SELECT * FROM t WHERE a REGEXP 'x'",
                "SHOW VARIABLES LIKE 'x'",
                "SELECT UUID()",
                "EXPLAIN FORMAT=JSON SELECT 1",
                "SELECT VALUES(a) FROM t"
            })
    void mysqlQueryOnlyReads(String sql) {
        assertThat(standing(SqlScope.readOnly(SqlDialect.MYSQL), sql)).isEqualTo(Standing.INSIDE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1 INTO OUTFILE '/tmp/x'",
                "SELECT * FROM t INTO DUMPFILE '/x'",
                "SELECT /*!50000 SLEEP(5) */ 1",
                "/*! DELETE FROM t */",
                "SELECT SLEEP(10)",
                "SELECT * FROM t LOCK IN SHARE MODE",
                "SELECT 1 INTO @a",
                "SELECT @a:=1",
                "SET @a=1",
                "DO SLEEP(1)",
                "REPLACE INTO t VALUES(1)",
                "LOAD DATA INFILE 'x' INTO TABLE t",
                "CALL p()",
                "RENAME TABLE a TO b",
                "SELECT sys_exec('id')",
                "FLUSH TABLES",
                "KILL 1",
                "LOCK TABLES t WRITE",
                "DELETE FROM t",
                "SELECT 1;DROP TABLE t",
                "SELECT 1--1;\n drop",
                "INSTALL PLUGIN x SONAME 'y'",
                "SELECT '\\\\'; DROP TABLE t; -- '",
                "USE x",
                "SELECT * FROM t FOR UPDATE SKIP LOCKED",
                "HANDLER t OPEN",
                "TRUNCATE t",
                "UPDATE t SET a=1",
                "SELECT MASTER_POS_WAIT('a',1)",
                "XA START 'a'",
                "GRANT ALL ON *.* TO x",
                "SHUTDOWN",
                "SELECT * FROM t PROCEDURE ANALYSE()",
                "WITH x AS (SELECT 1) DELETE FROM t",
                "/*M! DELETE */ SELECT 1",
                "SELECT RELEASE_LOCK('a')",
                "EXPLAIN ANALYZE DELETE FROM t",
                "PREPARE s FROM 'DELETE FROM t'"
            })
    void mysqlStatementThatDoesMoreIsNotInside(String sql) {
        assertThat(standing(SqlScope.readOnly(SqlDialect.MYSQL), sql)).isNotEqualTo(Standing.INSIDE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM t",
                "PRAGMA table_info(t)",
                "PRAGMA user_version",
                "PRAGMA journal_mode",
                "SELECT strftime('%Y', d) FROM t",
                "SELECT [select], \"x\", `y` FROM t",
                "EXPLAIN QUERY PLAN SELECT 1",
                "SELECT * FROM sqlite_master",
                "WITH x AS (SELECT 1) SELECT * FROM x",
                "SELECT group_concat(a) FROM t",
                "SELECT json_extract(a,'$.b') FROM t",
                "VALUES(1)",
                "PRAGMA main.table_info('t')",
                "SELECT replace(a,'b','c') FROM t",
                "SELECT last_insert_rowid()"
            })
    void sqliteQueryOnlyReads(String sql) {
        assertThat(standing(SqlScope.readOnly(SqlDialect.SQLITE), sql)).isEqualTo(Standing.INSIDE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PRAGMA journal_mode=DELETE",
                "PRAGMA user_version=5",
                "PRAGMA writable_schema=ON",
                "PRAGMA writable_schema(1)",
                "ATTACH 'x' AS y",
                "SELECT load_extension('x')",
                "INSERT INTO t VALUES(1)",
                "REPLACE INTO t VALUES(1)",
                "VACUUM",
                "SELECT 1; DELETE FROM t",
                "DROP TABLE t",
                "BEGIN",
                "SAVEPOINT x",
                "CREATE TABLE x(a)",
                "WITH x AS (SELECT 1) DELETE FROM t",
                "SELECT fts3_tokenizer('a','b')",
                ".shell id",
                "ANALYZE",
                "PRAGMA wal_checkpoint",
                "PRAGMA optimize",
                "EXPLAIN; DELETE FROM t",
                "UPDATE t SET a=1 RETURNING *",
                "ALTER TABLE t ADD b",
                "SELECT zeroblob(1000000000)"
            })
    void sqliteStatementThatDoesMoreIsNotInside(String sql) {
        assertThat(standing(SqlScope.readOnly(SqlDialect.SQLITE), sql)).isNotEqualTo(Standing.INSIDE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT TOP 5 * FROM [Order Details]",
                "SELECT [update] FROM t",
                "SELECT GETDATE()",
                "SELECT a FROM t ORDER BY a OFFSET 5 ROWS FETCH NEXT 5 ROWS ONLY",
                "SELECT name FROM sys.tables",
                "WITH x AS (SELECT 1 AS a) SELECT * FROM x",
                "SELECT * FROM t WITH (NOLOCK)",
                "SELECT N'x'",
                "SELECT CONVERT(varchar, a) FROM t FOR XML PATH('')",
                "SELECT @@VERSION",
                "SELECT [a]]b] FROM t",
                "SELECT IIF(a=1,2,3) FROM t",
                "SELECT ISNULL(a,0), DATEADD(day,1,d) FROM t"
            })
    void mssqlQueryOnlyReads(String sql) {
        assertThat(standing(SqlScope.readOnly(SqlDialect.MSSQL), sql)).isEqualTo(Standing.INSIDE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "EXEC xp_cmdshell 'id'",
                "SELECT 1 EXEC xp_cmdshell 'id'",
                "SELECT 1 DROP TABLE t",
                "SELECT * INTO #t FROM t",
                "SELECT * FROM OPENROWSET('a','b','c')",
                "SELECT * FROM OPENQUERY(x,'DELETE')",
                "WAITFOR DELAY '0:0:5'",
                "SELECT 1 WAITFOR DELAY '0:0:5'",
                "xp_cmdshell 'id'",
                "sp_configure 'x'",
                "BULK INSERT t FROM 'x'",
                "DECLARE @a int",
                "SELECT 1; SHUTDOWN",
                "UPDATE t SET a=1",
                "DELETE t",
                "MERGE t USING s ON 1=1 WHEN MATCHED THEN DELETE;",
                "SELECT NEXT VALUE FOR s",
                "BACKUP DATABASE x TO DISK='y'",
                "USE master",
                "DBCC SHRINKFILE(1)",
                "BEGIN TRAN",
                "EXECUTE('x')",
                "SELECT * FROM fn_trace_gettable('x',1)",
                "SELECT 1 GO DELETE FROM t",
                "RECONFIGURE",
                "TRUNCATE TABLE t",
                "INSERT t VALUES(1)",
                "SELECT * FROM sys.dm_os_file_exists('x')",
                "KILL 5",
                "SELECT master..xp_dirtree('x')",
                "SELECT 1 set identity_insert t on"
            })
    void mssqlStatementThatDoesMoreIsNotInside(String sql) {
        assertThat(standing(SqlScope.readOnly(SqlDialect.MSSQL), sql)).isNotEqualTo(Standing.INSIDE);
    }

    @Test
    void onlyListedTablesAreRead() {
        SqlScope scope = SqlScope.readOnly(SqlDialect.POSTGRES).tables(List.of("orders", "public.users"));

        for (String inside : List.of(
                "SELECT * FROM orders o, public.users u WHERE o.id = u.id",
                "WITH x AS (SELECT a, b FROM Orders) SELECT * FROM x JOIN \"orders\" ON true",
                "SELECT 1",
                "SELECT a FROM (SELECT a FROM orders) s")) {
            assertThat(standing(scope, inside)).as(inside).isEqualTo(Standing.INSIDE);
        }
        for (String outside : List.of(
                "SELECT * FROM secrets",
                "SELECT * FROM orders, secrets",
                "SELECT * FROM orders o JOIN secrets s ON true",
                "SELECT (SELECT a FROM secrets) FROM orders",
                "TABLE secrets",
                "SELECT * FROM hr.orders",
                "SELECT * FROM (orders CROSS JOIN secrets)",
                "SELECT * FROM f('x')")) {
            assertThat(standing(scope, outside)).as(outside).isNotEqualTo(Standing.INSIDE);
        }
    }

    @Test
    void explanationNamesWhatWrites() {
        assertThat(judge(SqlScope.readOnly(SqlDialect.POSTGRES), "SELECT pg_read_file('/etc/passwd')")
                        .explanation())
                .isEqualTo("calls pg_read_file, which does more than read");
    }
}
