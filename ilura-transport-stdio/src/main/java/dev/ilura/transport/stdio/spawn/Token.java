package dev.ilura.transport.stdio.spawn;

/**
 * A piece of what was written, with its place.
 *
 * @param text as written
 * @param index 0 is the command, 1 the first argument, -1 outside the command line
 */
record Token(String text, int index) {
    /** Something that is not part of the command line: a variable, the working directory. */
    static Token aside(String text) {
        return new Token(text, -1);
    }

    /** A part of this token, found at the same place. */
    Token part(String part) {
        return new Token(part, index);
    }
}
