-- One log per gateway. A row of ilura_record is one record, byte for byte as a file log would hold it.
CREATE TABLE IF NOT EXISTS ilura_log (
    log_id    bytea  PRIMARY KEY,
    gateway   text   NOT NULL UNIQUE,
    origin    text   NOT NULL UNIQUE,
    keys      text   NOT NULL,
    writer    bigint NOT NULL,
    size      bigint NOT NULL,
    subtrees  bytea  NOT NULL,
    last_hash bytea  NOT NULL,
    last_ts   bigint NOT NULL,
    note      text   NOT NULL
);
CREATE TABLE IF NOT EXISTS ilura_record (
    log_id  bytea  NOT NULL REFERENCES ilura_log,
    seq     bigint NOT NULL,
    ts      bigint NOT NULL,
    type    text   NOT NULL,
    call    text,
    session text,
    server  text,
    tool    text,
    args    text,
    body    bytea  NOT NULL,
    PRIMARY KEY (log_id, seq)
);
CREATE TABLE IF NOT EXISTS ilura_batch (
    log_id  bytea  NOT NULL REFERENCES ilura_log,
    size    bigint NOT NULL,
    trailer bytea  NOT NULL,
    PRIMARY KEY (log_id, size)
);
CREATE INDEX IF NOT EXISTS ilura_record_call    ON ilura_record (log_id, call, seq) WHERE call IS NOT NULL;
CREATE INDEX IF NOT EXISTS ilura_record_session ON ilura_record (log_id, session, seq) WHERE session IS NOT NULL;
CREATE INDEX IF NOT EXISTS ilura_record_tool    ON ilura_record (log_id, server, tool, seq) WHERE tool IS NOT NULL;
CREATE INDEX IF NOT EXISTS ilura_record_args    ON ilura_record (log_id, args, seq) WHERE args IS NOT NULL;
CREATE INDEX IF NOT EXISTS ilura_record_ts      ON ilura_record (log_id, ts);
CREATE INDEX IF NOT EXISTS ilura_record_anchor  ON ilura_record (log_id, seq) WHERE type = 'anchor';
CREATE INDEX IF NOT EXISTS ilura_record_open    ON ilura_record (log_id, seq) WHERE type = 'dispatch'
