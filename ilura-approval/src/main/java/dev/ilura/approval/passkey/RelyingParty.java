package dev.ilura.approval.passkey;

/**
 * Whom a passkey answers to. Browsers share the id {@code localhost} among all local ports and will sign for any of
 * them, so the origin with its port is what tells Ilura's page from another local program's.
 *
 * @param origin for example {@code http://localhost:7717}
 */
public record RelyingParty(String origin) {
    /** The only host name for which a browser offers passkeys without a certificate. */
    public static final String ID = "localhost";
}
