package dev.ilura.tools.file;

/**
 * Bounds of the file tools. The limit stands in the message of whatever meets it.
 *
 * @param readBytes of text in one answer
 * @param mediaBytes of a file that is returned whole as base64
 * @param editBytes of a file that can be edited
 * @param entries in one listing or tree, or found by one search
 */
public record FileLimits(long readBytes, long mediaBytes, long editBytes, int entries) {
    /** 1 MiB of text, 2 MiB of media, 16 MiB to edit, 5,000 entries. */
    public static final FileLimits DEFAULTS = new FileLimits(1 << 20, 2 << 20, 16 << 20, 5_000);

    public FileLimits {
        if (readBytes < 1 || mediaBytes < 1 || editBytes < 1 || entries < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
        if (readBytes > 1 << 26 || mediaBytes > 1 << 26 || editBytes > 1 << 28) {
            throw new IllegalArgumentException("limits are held in memory: at most 64 MiB, 256 MiB to edit");
        }
    }
}
