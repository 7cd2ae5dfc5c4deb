package dev.ilura.tools.file;

import static dev.ilura.tools.tool.Described.count;
import static dev.ilura.tools.tool.Described.number;
import static dev.ilura.tools.tool.Described.ordered;
import static dev.ilura.tools.tool.Described.text;
import static dev.ilura.tools.tool.Described.texts;

import dev.ilura.spi.OwnTool;
import dev.ilura.spi.ToolException;
import dev.ilura.spi.ToolReply;
import dev.ilura.spi.ToolRequest;
import dev.ilura.tools.tool.Args;
import dev.ilura.tools.tool.Described;
import dev.ilura.tools.tree.Place;
import dev.ilura.tools.tree.RootTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tools that give what is in files. */
final class ReadTools {
    private static final int MAX_FILES = 50;

    private final RootTree tree;
    private final FileLimits limits;

    ReadTools(RootTree tree, FileLimits limits) {
        this.tree = tree;
        this.limits = limits;
    }

    List<OwnTool> all() {
        return List.of(readText(), readMedia(), readMultiple());
    }

    private OwnTool readText() {
        return Described.tool(
                        "read_text_file",
                        "Read Text File",
                        "Read a file as text: whole, its first lines (head), its last lines (tail), or lines from offset "
                                + "on (offset, limit; the first line is 1). Encodings are recognised; binary files are "
                                + "refused. Only works within allowed directories.")
                .needs("path", text("The file."))
                .takes("head", count("Only the first N lines.", 1, Integer.MAX_VALUE))
                .takes("tail", count("Only the last N lines.", 1, Integer.MAX_VALUE))
                .takes("offset", count("The first line that is wanted, from 1.", 1, Integer.MAX_VALUE))
                .takes("limit", count("How many lines are wanted from offset on.", 1, Integer.MAX_VALUE))
                .gives("content", text("The text."))
                .mayGive("encoding", text("How it is spelled in the file."))
                .mayGive("size", number("Bytes of the whole file."))
                .mayGive("truncated", Described.flag("Whether the answer ended at the size limit."))
                .reads(false)
                .does(this::readText);
    }

    private ToolReply readText(Args args, ToolRequest request) throws ToolException {
        boolean range = args.has("offset") || args.has("limit");
        if ((args.has("head") ? 1 : 0) + (args.has("tail") ? 1 : 0) + (range ? 1 : 0) > 1) {
            throw new ToolException(
                    "ILR-TOOLS-005",
                    "Cannot specify both head and tail parameters simultaneously, nor one with offset or limit.",
                    "Keep one of them.");
        }
        try (Place place = tree.find(args.text("path"))) {
            PosixFileAttributes found = place.requireFile();
            LineReader lines = new LineReader(place, limits.readBytes(), request);
            if (args.has("tail")) {
                return textReply(lines.last(args.integer("tail", 1, 1, Integer.MAX_VALUE)), found.size());
            }
            if (args.has("head")) {
                return textReply(lines.from(1, args.integer("head", 1, 1, Integer.MAX_VALUE)), found.size());
            }
            if (range) {
                return textReply(
                        lines.from(
                                args.integer("offset", 1, 1, Integer.MAX_VALUE),
                                args.integer("limit", Integer.MAX_VALUE, 1, Integer.MAX_VALUE)),
                        found.size());
            }
            TextContent content = whole(place, found.size());
            return textReply(new LineReader.Lines(content.text(), content.encoding(), false), found.size());
        }
    }

    private static ToolReply textReply(LineReader.Lines lines, long size) {
        return ToolReply.of(
                lines.text(),
                ordered(
                        "content",
                        lines.text(),
                        "encoding",
                        lines.encoding().label(),
                        "size",
                        size,
                        "truncated",
                        lines.truncated()));
    }

    private TextContent whole(Place place, long size) throws ToolException {
        if (size > limits.readBytes()) {
            throw new ToolException(
                    "ILR-TOOLS-024",
                    place.shown() + " has " + size + " bytes; " + limits.readBytes() + " is the limit for one answer.",
                    "Read it in parts with head, tail, or offset and limit.");
        }
        return TextContent.of(bytes(place, limits.readBytes())).orElseThrow(() -> binary(place));
    }

    static ToolException binary(Place place) {
        return new ToolException(
                "ILR-TOOLS-025",
                place.shown() + " is no text.",
                "Read it with read_media_file, or look at it with get_file_info.");
    }

    /** All bytes, as long as they are not more than the limit, whatever the size was said to be. */
    static byte[] bytes(Place place, long limit) throws ToolException {
        try (InputStream in = place.read()) {
            byte[] bytes = in.readNBytes((int) Math.min(limit + 1, Integer.MAX_VALUE - 8));
            if (bytes.length > limit) {
                throw new ToolException(
                        "ILR-TOOLS-024",
                        place.shown() + " is larger than the limit of " + limit + " bytes.",
                        "Work on it in parts.");
            }
            return bytes;
        } catch (IOException e) {
            throw dev.ilura.tools.tree.Failures.of(place.shown().toString(), e);
        }
    }

    private OwnTool readMedia() {
        return Described.tool(
                        "read_media_file",
                        "Read Media File",
                        "Read a file and return it base64-encoded with its MIME type: images and audio as such, any other "
                                + "file as an embedded resource. Only works within allowed directories.")
                .needs("path", text("The file."))
                .gives("content", ordered("type", "array", "items", Map.of("type", "object")))
                .reads(false)
                .does(this::readMedia);
    }

    private ToolReply readMedia(Args args, ToolRequest request) throws ToolException {
        try (Place place = tree.find(args.text("path"))) {
            long size = place.requireFile().size();
            if (size > limits.mediaBytes()) {
                throw new ToolException(
                        "ILR-TOOLS-024",
                        place.shown() + " has " + size + " bytes; " + limits.mediaBytes()
                                + " is the limit for a file that is returned whole.",
                        "Use a smaller file.");
            }
            String data = Base64.getEncoder().encodeToString(bytes(place, limits.mediaBytes()));
            Map<String, ?> block = MediaType.of(place.real().getFileName().toString())
                    .block(data, place.real().toUri());
            return new ToolReply(List.of(block), Optional.of(Map.of("content", List.of(block))));
        }
    }

    private OwnTool readMultiple() {
        return Described.tool(
                        "read_multiple_files",
                        "Read Multiple Files",
                        "Read several text files at once; a file that cannot be read does not stop the others. Only works "
                                + "within allowed directories.")
                .needs("paths", texts("The files, at most " + MAX_FILES + "."))
                .gives("content", text("Each file after its path."))
                .reads(false)
                .does(this::readMultiple);
    }

    private ToolReply readMultiple(Args args, ToolRequest request) throws ToolException {
        List<String> paths = args.texts("paths");
        if (paths.isEmpty() || paths.size() > MAX_FILES) {
            throw new ToolException(
                    "ILR-TOOLS-005", "\"paths\" must name 1 to " + MAX_FILES + " files.", "Call several times.");
        }
        List<String> parts = new ArrayList<>();
        long left = limits.readBytes();
        for (String path : paths) {
            request.checkCancelled();
            try (Place place = tree.find(path)) {
                String content = whole(place, place.requireFile().size()).text();
                left -= content.length();
                if (left < 0) {
                    throw new ToolException(
                            "ILR-TOOLS-024",
                            "The files together have more than " + limits.readBytes() + " bytes.",
                            "Read this one by itself.");
                }
                parts.add(path + ":\n" + content + "\n");
            } catch (ToolException e) {
                parts.add(path + ": Error - " + e.getMessage());
            }
        }
        String all = String.join("\n---\n", parts);
        return ToolReply.of(all, Map.of("content", all));
    }
}
