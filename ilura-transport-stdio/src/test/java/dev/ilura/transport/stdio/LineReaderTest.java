package dev.ilura.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class LineReaderTest {
    private static final int LIMIT = 2000;

    /** However the bytes are cut into reads, the lines are those of the text. */
    @Property(tries = 500)
    void linesAreThoseOfTheText(@ForAll("texts") List<String> lines, @ForAll @IntRange(min = 1, max = 700) int piece)
            throws IOException {
        List<String> expected = new ArrayList<>();
        for (String line : lines) {
            if (line.length() > LIMIT) {
                expected.add("skipped " + line.length());
            } else if (!line.isEmpty()) {
                expected.add(line);
            }
        }

        assertThat(read(String.join("\n", lines) + "\n", piece)).isEqualTo(expected);
    }

    @Provide
    Arbitrary<List<String>> texts() {
        Arbitrary<String> shorter =
                Arbitraries.strings().ascii().excludeChars('\n', '\r').ofMaxLength(40);
        Arbitrary<String> longer =
                Arbitraries.integers().between(LIMIT - 2, LIMIT + 2).map("x"::repeat);
        return Arbitraries.frequencyOf(net.jqwik.api.Tuple.of(8, shorter), net.jqwik.api.Tuple.of(1, longer))
                .list()
                .ofMaxSize(30);
    }

    private static List<String> read(String text, int piece) throws IOException {
        List<String> read = new ArrayList<>();
        InputStream in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) {
            @Override
            public int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, piece));
            }
        };
        new LineReader(in, LIMIT).readAll(new LineReader.Lines() {
            @Override
            public void line(byte[] line) {
                read.add(new String(line, StandardCharsets.UTF_8));
            }

            @Override
            public void oversized(long bytes) {
                read.add("skipped " + bytes);
            }
        });
        return read;
    }
}
