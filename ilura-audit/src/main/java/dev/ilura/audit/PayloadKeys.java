package dev.ilura.audit;

import dev.ilura.audit.format.Bytes;
import dev.ilura.audit.format.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys that kept payloads are encrypted with, AES-256-GCM, one for each session or subject, in files apart from the log.
 * Who has no key has no payload: deleting a key file shreds its payloads and their salts wherever copies of them are.
 */
final class PayloadKeys {
    /** Bytes that name a key. */
    static final int ID_LENGTH = 16;

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

    /** Names of sessions and principals are claims of clients and do not belong into file names. */
    static Bytes id(PayloadScope scope, String name) {
        byte[] hash = Sha256.of((scope.label() + "\n" + name).getBytes(StandardCharsets.UTF_8));
        return Bytes.of(hash, 0, ID_LENGTH);
    }

    /** Nonce and ciphertext under a key, which is made if there is none. */
    byte[] encrypt(Bytes id, byte[] plain) throws IOException {
        byte[] nonce = new byte[NONCE_LENGTH];
        random.nextBytes(nonce);
        byte[] sealed = Arrays.copyOf(nonce, NONCE_LENGTH + plain.length + TAG_BITS / 8);
        try {
            Cipher cipher = Cipher.getInstance(CIPHER);
            cipher.init(Cipher.ENCRYPT_MODE, key(id), new GCMParameterSpec(TAG_BITS, nonce));
            cipher.doFinal(plain, 0, plain.length, sealed, NONCE_LENGTH);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + CIPHER, e);
        }
    }

    /** What was encrypted; empty if the key is gone or the bytes were changed. */
    Optional<byte[]> decrypt(Bytes id, byte[] sealed) throws IOException {
        if (!Files.exists(file(id)) || sealed.length < NONCE_LENGTH + TAG_BITS / 8) {
            return Optional.empty();
        }
        try {
            Cipher cipher = Cipher.getInstance(CIPHER);
            GCMParameterSpec nonce = new GCMParameterSpec(TAG_BITS, sealed, 0, NONCE_LENGTH);
            cipher.init(Cipher.DECRYPT_MODE, key(id), nonce);
            return Optional.of(cipher.doFinal(sealed, NONCE_LENGTH, sealed.length - NONCE_LENGTH));
        } catch (GeneralSecurityException changed) {
            return Optional.empty();
        }
    }

    /** Destroys a key. */
    void shred(Bytes id) throws IOException {
        Path file = file(id);
        if (Files.exists(file)) {
            Files.write(file, new byte[KEY_LENGTH]);
            Files.delete(file);
            PrivateFiles.forceDirectory(folder);
        }
    }

    private SecretKeySpec key(Bytes id) throws IOException {
        Path file = file(id);
        if (!Files.exists(file)) {
            byte[] fresh = new byte[KEY_LENGTH];
            random.nextBytes(fresh);
            PrivateFiles.directory(folder);
            PrivateFiles.replace(file, fresh);
        }
        return new SecretKeySpec(Files.readAllBytes(file), "AES");
    }

    private Path file(Bytes id) {
        return folder.resolve(id.hex() + ".key");
    }
}
