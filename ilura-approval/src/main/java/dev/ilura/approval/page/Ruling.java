package dev.ilura.approval.page;

/**
 * What became of a click.
 *
 * @param status as in HTTP
 * @param message for the person who clicked
 */
record Ruling(int status, String message) {
    static final Ruling GONE = new Ruling(409, "This question is no longer open.");

    static Ruling done(String message) {
        return new Ruling(200, message);
    }

    static Ruling refused(String message) {
        return new Ruling(422, message);
    }
}
