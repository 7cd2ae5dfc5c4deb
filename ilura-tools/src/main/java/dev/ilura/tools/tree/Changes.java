package dev.ilura.tools.tree;

import dev.ilura.spi.ToolException;
import dev.ilura.spi.ToolRequest;
import java.util.List;

/** Who has to know before something changes. */
@FunctionalInterface
public interface Changes {
    /** Nobody. */
    Changes UNWATCHED = (request, places) -> {};

    /**
     * Called with {@link RootTree#changes()} held, before anything is changed. When it returns, what is at these places, and
     * below those that are directories, may go.
     *
     * @throws ToolException if it must not
     */
    void before(ToolRequest request, List<Place> places) throws ToolException;
}
