package dev.ilura.audit;

import dev.ilura.audit.format.Sha256;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampResponse;
import org.bouncycastle.tsp.TimeStampToken;

/**
 * Asks for and checks time stamp tokens, RFC 3161. Thread-safe.
 *
 * <p>A token counts if a certificate that is made for time stamping and leads to a trusted one signed it, and was valid at
 * the time that the token names. Whether it was revoked is not looked up.
 */
public final class TimeStampTokens {
    private final List<X509Certificate> trusted;
    private final SecureRandom random = new SecureRandom();

    /**
     * @param trusted certificates of authorities or of those who issued theirs
     */
    public TimeStampTokens(Collection<X509Certificate> trusted) {
        if (trusted.isEmpty()) {
            throw new IllegalArgumentException("no certificate of a time stamping authority is trusted");
        }
        this.trusted = List.copyOf(trusted);
    }

    /**
     * Trusting the certificates of a PEM file.
     *
     * @throws IOException if it cannot be read or holds none
     */
    public static TimeStampTokens trusting(Path pem) throws IOException {
        try {
            return new TimeStampTokens(TimeStampAnchorProvider.certificates(pem));
        } catch (CertificateException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** A request on its way. */
    final class Request {
        private final byte[] stamped;
        private final TimeStampRequest request;

        private Request(byte[] stamped, TimeStampRequest request) {
            this.stamped = stamped;
            this.request = request;
        }

        byte[] encoded() throws IOException {
            return request.getEncoded();
        }

        /** Throws unless the answer is a token for exactly this request. */
        void requireAnswered(byte[] answer) throws IOException {
            try {
                new TimeStampResponse(answer).validate(request);
            } catch (TSPException e) {
                throw new IOException("its answer is not to the request: " + e.getMessage(), e);
            }
            time(stamped, answer);
        }
    }

    Request request(byte[] text) {
        TimeStampRequestGenerator generator = new TimeStampRequestGenerator();
        generator.setCertReq(true);
        return new Request(
                text.clone(),
                generator.generate(NISTObjectIdentifiers.id_sha256, Sha256.of(text), new BigInteger(64, random)));
    }

    /**
     * When the text was stamped.
     *
     * @param response a time stamp response as an authority gave it
     * @throws IOException if it holds no valid token of a trusted authority for this text
     */
    public Instant time(byte[] text, byte[] response) throws IOException {
        try {
            TimeStampToken token = new TimeStampResponse(response).getTimeStampToken();
            if (token == null) {
                throw new IOException("the authority refused");
            }
            boolean same = token.getTimeStampInfo().getMessageImprintAlgOID().equals(NISTObjectIdentifiers.id_sha256)
                    && Arrays.equals(token.getTimeStampInfo().getMessageImprintDigest(), Sha256.of(text));
            if (!same) {
                throw new IOException("the token is for another text");
            }
            Date time = token.getTimeStampInfo().getGenTime();
            X509CertificateHolder signer = signer(token);
            token.validate(new JcaSimpleSignerInfoVerifierBuilder().build(signer));
            requireTrusted(signer, certificates(token), time);
            return time.toInstant();
        } catch (TSPException | GeneralSecurityException | OperatorCreationException | RuntimeException e) {
            throw new IOException("the token is not valid: " + e.getMessage(), e);
        }
    }

    private X509CertificateHolder signer(TimeStampToken token) throws IOException, GeneralSecurityException {
        List<X509CertificateHolder> candidates = certificates(token);
        for (X509Certificate certificate : trusted) {
            candidates.add(new X509CertificateHolder(certificate.getEncoded()));
        }
        return candidates.stream()
                .filter(token.getSID()::match)
                .findFirst()
                .orElseThrow(() -> new IOException("the token's certificate is not there"));
    }

    private static List<X509CertificateHolder> certificates(TimeStampToken token) {
        return new ArrayList<>(token.getCertificates().getMatches(null));
    }

    private void requireTrusted(X509CertificateHolder signer, List<X509CertificateHolder> others, Date time)
            throws GeneralSecurityException {
        JcaX509CertificateConverter converter = new JcaX509CertificateConverter();
        X509Certificate certificate = converter.getCertificate(signer);
        if (trusted.contains(certificate)) {
            certificate.checkValidity(time);
            return;
        }
        List<X509Certificate> known = new ArrayList<>(List.of(certificate));
        for (X509CertificateHolder other : others) {
            known.add(converter.getCertificate(other));
        }
        Set<TrustAnchor> roots = new HashSet<>();
        trusted.forEach(root -> roots.add(new TrustAnchor(root, null)));
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(certificate);
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(roots, target);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(known)));
        parameters.setDate(time);
        parameters.setRevocationEnabled(false);
        CertPathBuilder.getInstance("PKIX").build(parameters);
    }
}
