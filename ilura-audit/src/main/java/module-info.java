/** The reference audit sink: a signed transparency log, its reader and its verifier. */
module dev.ilura.audit {
    requires transitive dev.ilura.core;
    requires java.net.http;
    requires org.bouncycastle.pkix;
    requires org.bouncycastle.provider;
    requires static org.jspecify;

    exports dev.ilura.audit;
    exports dev.ilura.audit.export;
    exports dev.ilura.audit.verify;

    uses dev.ilura.audit.AnchorProvider;

    provides dev.ilura.audit.AnchorProvider with
            dev.ilura.audit.DirectoryAnchorProvider,
            dev.ilura.audit.TimeStampAnchorProvider,
            dev.ilura.audit.WitnessAnchorProvider;
    provides dev.ilura.spi.AuditSinkProvider with
            dev.ilura.audit.FileAuditSinkProvider;
}
