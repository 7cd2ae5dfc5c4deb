package dev.ilura.tools.file;

import dev.ilura.spi.OwnTool;
import dev.ilura.tools.tree.Changes;
import dev.ilura.tools.tree.RootTree;
import java.util.List;
import java.util.stream.Stream;

/** All tools over files. */
public final class FileTools {
    private FileTools() {}

    /** The tools, in the order in which they are listed. */
    public static List<OwnTool> over(RootTree tree, FileLimits limits, Changes changes) {
        return Stream.of(
                        new ReadTools(tree, limits).all(),
                        new ChangeTools(tree, limits, changes).all(),
                        new ListTools(tree, limits).all(),
                        new MoveTools(tree, changes).all(),
                        new SearchTools(tree, limits).all())
                .flatMap(List::stream)
                .toList();
    }
}
