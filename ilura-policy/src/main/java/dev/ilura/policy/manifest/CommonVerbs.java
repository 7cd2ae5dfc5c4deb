package dev.ilura.policy.manifest;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The verbs that names of tools are made of: what differs in one of them differs in what it does. */
final class CommonVerbs {
    private static final Pattern BETWEEN = Pattern.compile("[^\\p{L}\\p{N}]+|(?<=[\\p{Ll}\\p{N}])(?=\\p{Lu})");

    private static final Set<String> VERBS = Set.copyOf(List.of(
            ("accept add allow apply approve archive ask assign attach ban bind block book build buy call cancel charge chat"
                            + " check clean clear click clone close commit compare compile compute convert copy count create cut"
                            + " debug delete deny deploy describe detach diff disable download draw drop dump echo edit emit"
                            + " enable encode decode encrypt decrypt end enter erase eval execute exit expand explain export"
                            + " extract fail fetch fill filter find fire fix flag flush fold fork format free get give go grab"
                            + " grant grep group hash head help hide hold import index inspect insert install invite join jump"
                            + " keep kill label launch leave let like link list load lock log make map mark mask match measure"
                            + " merge mix mount move mute name note notify open order pack parse paste patch pause pay pick pin"
                            + " ping plan play poll pop post predict press preview print probe publish pull purge push put query"
                            + " quote rank rate read rebase rebuild receive record redo refresh register reject release reload"
                            + " remove rename render repair replace reply report request reset resize resolve restart restore"
                            + " resume retry return review revert revoke rotate run save scan score scroll seal search seed seek"
                            + " select sell send set share ship show sign sleep solve sort spawn split stage star start stat stop"
                            + " store stream submit subscribe suggest swap switch sync tag tail take talk test touch trace track"
                            + " trade train transfer translate trim type unban unbind undo unlink unlock unmute unpin unset"
                            + " unstar update upload use validate verify view vote wait wake walk warn watch wipe work wrap"
                            + " write zip unzip unpack")
                    .split(" ")));

    private CommonVerbs() {}

    /** Whether two names are the same but for one word, which is a common verb in both. */
    static boolean tellApart(String one, String other) {
        List<String> words = List.of(BETWEEN.split(one));
        List<String> others = List.of(BETWEEN.split(other));
        if (words.size() != others.size()) {
            return false;
        }
        int different = 0;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i).toLowerCase(Locale.ROOT);
            String instead = others.get(i).toLowerCase(Locale.ROOT);
            if (!word.equals(instead)) {
                different++;
                if (!VERBS.contains(word) || !VERBS.contains(instead)) {
                    return false;
                }
            }
        }
        return different == 1;
    }
}
