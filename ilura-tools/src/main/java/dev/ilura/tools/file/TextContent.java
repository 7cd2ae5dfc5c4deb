package dev.ilura.tools.file;

import dev.ilura.spi.ToolException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The text of a file and how it is spelled in bytes, so that it can be spelled the same way again.
 *
 * @param text without byte order mark
 * @param encoding how it is spelled
 */
record TextContent(String text, Encoding encoding) {
    private static final int PROBED = 8192;

    /** A spelling. */
    record Encoding(Charset charset, String mark) {
        static final Encoding UTF_8 = new Encoding(StandardCharsets.UTF_8, "");

        byte[] markBytes() {
            return mark.isEmpty() ? new byte[0] : mark.getBytes(charset);
        }

        /** As people call it. */
        String label() {
            return charset.name().toLowerCase(java.util.Locale.ROOT) + (mark.isEmpty() ? "" : " with bom");
        }
    }

    /**
     * Reads bytes as text.
     *
     * @return empty if they are no text
     */
    static Optional<TextContent> of(byte[] bytes) {
        return encodingOf(bytes, true).map(encoding -> {
            int skip = encoding.markBytes().length;
            return new TextContent(new String(bytes, skip, bytes.length - skip, encoding.charset()), encoding);
        });
    }

    /**
     * How bytes are spelled: by their mark, else UTF-8 if they are, else Latin-1 if they look like text.
     *
     * @param whole whether these are all bytes, so that a character cut off at the end is none
     */
    static Optional<Encoding> encodingOf(byte[] bytes, boolean whole) {
        if (startsWith(bytes, 0xEF, 0xBB, 0xBF)) {
            return Optional.of(new Encoding(StandardCharsets.UTF_8, "\uFEFF"));
        }
        if (startsWith(bytes, 0xFF, 0xFE) && bytes.length % 2 == 0) {
            return Optional.of(new Encoding(StandardCharsets.UTF_16LE, "\uFEFF"));
        }
        if (startsWith(bytes, 0xFE, 0xFF) && bytes.length % 2 == 0) {
            return Optional.of(new Encoding(StandardCharsets.UTF_16BE, "\uFEFF"));
        }
        if (hasControls(bytes)) {
            return Optional.empty();
        }
        return Optional.of(isUtf8(bytes, whole) ? Encoding.UTF_8 : new Encoding(StandardCharsets.ISO_8859_1, ""));
    }

    private static boolean startsWith(byte[] bytes, int... mark) {
        for (int i = 0; i < mark.length; i++) {
            if (bytes.length <= i || (bytes[i] & 0xFF) != mark[i]) {
                return false;
            }
        }
        return true;
    }

    /** What no text has. */
    private static boolean hasControls(byte[] bytes) {
        int strange = 0;
        int probed = Math.min(bytes.length, PROBED);
        for (int i = 0; i < probed; i++) {
            int c = bytes[i] & 0xFF;
            if (c == 0) {
                return true;
            }
            if (c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1B) {
                strange++;
            }
        }
        return strange * 20 > probed;
    }

    private static boolean isUtf8(byte[] bytes, boolean whole) {
        int end = bytes.length;
        if (!whole) {
            int back = 0;
            while (back < 4 && end > 0 && (bytes[end - 1] & 0x80) != 0) {
                end--;
                back++;
            }
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, end));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /**
     * Spells a text.
     *
     * @throws ToolException if the spelling has no letters for it
     */
    static byte[] bytes(String text, Encoding encoding) throws ToolException {
        try {
            ByteBuffer encoded = encoding.charset()
                    .newEncoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .encode(CharBuffer.wrap(text));
            ByteArrayOutputStream out = new ByteArrayOutputStream(encoded.remaining() + 3);
            out.writeBytes(encoding.markBytes());
            out.writeBytes(Arrays.copyOfRange(encoded.array(), encoded.arrayOffset(), encoded.limit()));
            return out.toByteArray();
        } catch (CharacterCodingException e) {
            throw new ToolException(
                    "ILR-TOOLS-023",
                    "The file is spelled in " + encoding.label() + ", which has no letters for the new text.",
                    "Set encoding to utf-8 with write_file, or write plain letters.",
                    e);
        }
    }

    /** What separates lines most often. */
    String lineEnd() {
        long crlf = 0;
        long lf = 0;
        for (int i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) {
            if (i > 0 && text.charAt(i - 1) == '\r') {
                crlf++;
            } else {
                lf++;
            }
        }
        return crlf > lf ? "\r\n" : "\n";
    }
}
