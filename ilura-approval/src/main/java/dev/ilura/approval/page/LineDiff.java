package dev.ilura.approval.page;

import java.util.ArrayList;
import java.util.List;

/** What changes from one text to another, line by line, with a little of what stays around it. */
final class LineDiff {
    private static final int CONTEXT = 3;

    /** Beyond this many comparisons the differing middle is shown as replaced as a whole. */
    private static final long MAX_COMPARISONS = 4_000_000;

    private final List<String> before;
    private final List<String> after;
    private final List<Line> lines = new ArrayList<>();

    /** One line of the comparison. */
    record Line(Kind kind, String text) {}

    /** What becomes of a line; a gap stands for lines that stay and are not shown. */
    enum Kind {
        SAME,
        ADD,
        DEL,
        GAP
    }

    private LineDiff(String before, String after) {
        this.before = split(before);
        this.after = split(after);
    }

    static List<Line> between(String before, String after) {
        LineDiff diff = new LineDiff(before, after);
        diff.compare();
        return diff.withGaps();
    }

    /** Split at line feeds only, so that a difference in line ends is a difference. */
    private static List<String> split(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split("\n", -1));
    }

    private void compare() {
        int shorter = Math.min(before.size(), after.size());
        int head = 0;
        while (head < shorter && before.get(head).equals(after.get(head))) {
            head++;
        }
        int tail = 0;
        while (tail < shorter - head
                && before.get(before.size() - 1 - tail).equals(after.get(after.size() - 1 - tail))) {
            tail++;
        }
        same(before.subList(0, head));
        middle(before.subList(head, before.size() - tail), after.subList(head, after.size() - tail));
        same(before.subList(before.size() - tail, before.size()));
    }

    private void middle(List<String> old, List<String> fresh) {
        if ((long) old.size() * fresh.size() > MAX_COMPARISONS) {
            old.forEach(line -> lines.add(new Line(Kind.DEL, line)));
            fresh.forEach(line -> lines.add(new Line(Kind.ADD, line)));
            return;
        }
        int[][] common = commonFrom(old, fresh);
        int i = 0;
        int j = 0;
        while (i < old.size() || j < fresh.size()) {
            if (i < old.size() && j < fresh.size() && old.get(i).equals(fresh.get(j))) {
                lines.add(new Line(Kind.SAME, old.get(i++)));
                j++;
            } else if (i < old.size() && (j == fresh.size() || common[i + 1][j] >= common[i][j + 1])) {
                lines.add(new Line(Kind.DEL, old.get(i++)));
            } else {
                lines.add(new Line(Kind.ADD, fresh.get(j++)));
            }
        }
    }

    /** {@code [i][j]}: how many lines the rests from i and from j have in common, in order. */
    private static int[][] commonFrom(List<String> old, List<String> fresh) {
        int[][] common = new int[old.size() + 1][fresh.size() + 1];
        for (int i = old.size() - 1; i >= 0; i--) {
            for (int j = fresh.size() - 1; j >= 0; j--) {
                common[i][j] = old.get(i).equals(fresh.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        return common;
    }

    private void same(List<String> unchanged) {
        unchanged.forEach(line -> lines.add(new Line(Kind.SAME, line)));
    }

    private List<Line> withGaps() {
        boolean[] near = new boolean[lines.size()];
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).kind() != Kind.SAME) {
                for (int k = Math.max(0, i - CONTEXT); k <= Math.min(lines.size() - 1, i + CONTEXT); k++) {
                    near[k] = true;
                }
            }
        }
        List<Line> shown = new ArrayList<>();
        int hidden = 0;
        for (int i = 0; i < lines.size(); i++) {
            if (near[i]) {
                gap(shown, hidden);
                hidden = 0;
                shown.add(lines.get(i));
            } else {
                hidden++;
            }
        }
        gap(shown, hidden);
        return shown;
    }

    private static void gap(List<Line> shown, int hidden) {
        if (hidden > 0) {
            shown.add(new Line(Kind.GAP, hidden + (hidden == 1 ? " line stays" : " lines stay")));
        }
    }
}
