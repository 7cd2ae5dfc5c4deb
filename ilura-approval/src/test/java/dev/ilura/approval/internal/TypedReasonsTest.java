package dev.ilura.approval.internal;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TypedReasonsTest {
    private final TypedReasons reasons = new TypedReasons();

    @Test
    void spacesAndInvisibleCharactersDoNotFillAReason() {
        assertThat(reasons.take("a b c d e f g h i")).isPresent();
        assertThat(reasons.take("ok\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b"))
                .isPresent();
        assertThat(reasons.take("a b c d e f g h i j")).isEmpty();
    }

    @Test
    void theSixthReasonBackMayComeAgain() {
        for (int i = 0; i < 6; i++) {
            assertThat(reasons.take("reason number " + i)).isEmpty();
        }
        assertThat(reasons.take("reason number 1")).isPresent();
        assertThat(reasons.take("reason number 0")).isEmpty();
    }

    @Test
    void aReasonThatWasNotTakenDoesNotCountAsUsed() {
        String pasted = "x".repeat(1001);
        assertThat(reasons.take(pasted))
                .hasValueSatisfying(why -> assertThat(why).contains("at most 1000"));
    }

    @Property(tries = 200)
    void whatIsKeptIsVisible(@ForAll String typed) {
        assertThat(TypedReasons.kept(typed).codePoints()).allMatch(dev.ilura.text.VisibleText::isPlain);
    }
}
