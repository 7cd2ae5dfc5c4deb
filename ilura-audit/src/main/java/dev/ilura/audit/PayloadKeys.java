package dev.ilura.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys that kept payloads are encrypted with, AES-256-GCM, one for each session, in files apart from the log. Who has no
 * key has no payload: deleting a session's key file shreds its payloads and their salts wherever copies of them are.
 */
final class PayloadKeys {
    private static final int KEY_LENGTH = 32;
    private static final int NONCE_LENGTH = 12;
    private static final int TAG_BITS = 128;
    private static final String CIPHER = "AES/GCM/NoPadding";

    private final Path folder;
    private final SecureRandom random;

    PayloadKeys(Path folder, SecureRandom random) {
        this.folder = folder;
        this.random = random;
    }

    /** Nonce and ciphertext under the session's key, which is made if there is none. */
    byte[] encrypt(String session, byte[] plain) throws IOException {
        byte[] nonce = new byte[NONCE_LENGTH];
        random.nextBytes(nonce);
        byte[] sealed = Arrays.copyOf(nonce, NONCE_LENGTH + plain.length + TAG_BITS / 8);
        try {
            Cipher cipher = Cipher.getInstance(CIPHER);
            cipher.init(Cipher.ENCRYPT_MODE, key(session), new GCMParameterSpec(TAG_BITS, nonce));
            cipher.doFinal(plain, 0, plain.length, sealed, NONCE_LENGTH);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + CIPHER, e);
        }
    }

    /** What was encrypted; empty if the session's key is gone or the bytes were changed. */
    Optional<byte[]> decrypt(String session, byte[] sealed) throws IOException {
        if (!Files.exists(file(session)) || sealed.length < NONCE_LENGTH + TAG_BITS / 8) {
            return Optional.empty();
        }
        try {
            Cipher cipher = Cipher.getInstance(CIPHER);
            GCMParameterSpec nonce = new GCMParameterSpec(TAG_BITS, sealed, 0, NONCE_LENGTH);
            cipher.init(Cipher.DECRYPT_MODE, key(session), nonce);
            return Optional.of(cipher.doFinal(sealed, NONCE_LENGTH, sealed.length - NONCE_LENGTH));
        } catch (GeneralSecurityException changed) {
            return Optional.empty();
        }
    }

    /** Destroys the session's key. */
    void shred(String session) throws IOException {
        Path file = file(session);
        if (Files.exists(file)) {
            Files.write(file, new byte[KEY_LENGTH]);
            Files.delete(file);
            PrivateFiles.forceDirectory(folder);
        }
    }

    private SecretKeySpec key(String session) throws IOException {
        Path file = file(session);
        if (!Files.exists(file)) {
            byte[] fresh = new byte[KEY_LENGTH];
            random.nextBytes(fresh);
            PrivateFiles.directory(folder);
            PrivateFiles.replace(file, fresh);
        }
        return new SecretKeySpec(Files.readAllBytes(file), "AES");
    }

    /** Names of sessions are claims of clients and do not belong into file names. */
    private Path file(String session) {
        byte[] hash = dev.ilura.audit.format.Sha256.of(session.getBytes(StandardCharsets.UTF_8));
        return folder.resolve(HexFormat.of().formatHex(hash, 0, 16) + ".key");
    }
}
