package dev.ilura.transport.stdio.spawn;

import dev.ilura.transport.stdio.spawn.Grammar.Arity;
import dev.ilura.transport.stdio.spawn.Grammar.Flag;
import dev.ilura.transport.stdio.spawn.Grammar.Flags;
import dev.ilura.transport.stdio.spawn.Grammar.Form;
import java.util.List;
import java.util.Optional;

/**
 * Reads the arguments of a launcher as the launcher itself would, up to the artefact. Whatever the grammar does not name
 * is refused: a flag means something only with its launcher and at its place.
 */
final class CommandLine {
    private final Grammar grammar;
    private final List<String> args;
    private final int offset;
    private final Reading reading;
    private int at;
    private boolean ended;
    private boolean separated;
    private boolean loose;

    /**
     * @param offset index of the first argument in what was written
     */
    CommandLine(Grammar grammar, List<String> args, int offset, Reading reading) {
        this.grammar = grammar;
        this.args = args;
        this.offset = offset;
        this.reading = reading;
    }

    /**
     * Reads it; what was understood stands in the reading.
     *
     * @throws Refusal at the first thing that may not stand there
     */
    void read() {
        flags(grammar.common(), true);
        Form form = grammar.form(args, at).orElseThrow(this::unknownForm);
        at += form.words().size();
        form.asks().ifPresent(why -> reading.ask("ILR-SPAWN-105", why));
        Flags flags = form.words().isEmpty() ? grammar.common().and(form.flags()) : form.flags();
        flags(flags, false);
        if (!ended) {
            artefact(form);
        }
        reading.serverArgs(at);
        if (form.interleaved() || loose) {
            flagsAfterArtefact(flags);
        } else {
            Images.judgeArguments(args, at, offset + at, reading);
        }
    }

    /**
     * @param beforeWords the words of a form may follow, so an end of options is not expected yet
     */
    private void flags(Flags flags, boolean beforeWords) {
        while (!ended && at < args.size() && args.get(at).startsWith("-")) {
            if (args.get(at).equals("--") && !beforeWords) {
                separated = true;
                at++;
                return;
            }
            if (args.get(at).equals("--") || (beforeWords && hasPlainForm())) {
                return;
            }
            flag(flags);
        }
    }

    /** A launcher without subcommands has its flags above the form and below it alike. */
    private boolean hasPlainForm() {
        return grammar.forms().stream().anyMatch(form -> form.words().isEmpty());
    }

    private void artefact(Form form) {
        if (form.artefact().isEmpty() || at >= args.size()) {
            throw new Refusal(
                    "ILR-SPAWN-013",
                    "The command line of " + grammar.name() + " names no server, so it would wait for a program.",
                    new Token("", -1),
                    "Add the server's file, package or image.");
        }
        if (form.separated() && !separated) {
            throw new Refusal(
                    "ILR-SPAWN-015",
                    grammar.name() + " reads its own flags on both sides of the package, up to --.",
                    token(at),
                    "Write npx -y and the package, or put -- before the package.");
        }
        form.artefact().get().judge(token(at), form.details(), reading);
        at++;
    }

    /** Some launchers go on reading their own flags behind the artefact, up to {@code --}. */
    private void flagsAfterArtefact(Flags flags) {
        while (at < args.size() && !args.get(at).equals("--")) {
            if (args.get(at).startsWith("-")) {
                flag(flags);
            } else {
                at++;
            }
        }
    }

    private void flag(Flags flags) {
        Token token = token(at);
        String text = token.text();
        int equals = text.indexOf('=');
        String name = spelled(equals < 0 ? text : text.substring(0, equals));
        Optional<Flag> flag = flags.flag(name);
        if (flags.hasShape(text)) {
            at++;
        } else if (flag.isPresent() && equals < 0) {
            at++;
            alone(flag.get(), token);
        } else if (flag.isPresent() && flag.get().kind().isPresent()) {
            at++;
            value(flag.get(), token.part(text.substring(equals + 1)));
        } else if (grammar.clusters() && text.length() > 2 && text.charAt(1) != '-') {
            at++;
            cluster(flags, token);
        } else {
            throw unknownFlag(token);
        }
    }

    private String spelled(String name) {
        return grammar.underscores() && name.startsWith("--") ? name.replace('_', '-') : name;
    }

    /** A flag without {@code =}. */
    private void alone(Flag flag, Token token) {
        switch (flag.arity()) {
            case NONE -> {
                // says all by itself
            }
            case LOOSE -> loose = true;
            case OPTIONAL ->
                reading.ask(
                        "ILR-SPAWN-102",
                        "The flag " + token.text() + " without a value hands in everything of its kind.");
            case ATTACHED ->
                throw new Refusal(
                        "ILR-SPAWN-011",
                        "The flag needs its value in the same argument.",
                        token,
                        "Write " + token.text() + "=VALUE.");
            default -> value(flag, next(token));
        }
    }

    /** Short flags in one argument, read letter by letter against the same table. */
    private void cluster(Flags flags, Token token) {
        String letters = token.text();
        for (int i = 1; i < letters.length(); i++) {
            Flag flag = flags.flag("-" + letters.charAt(i)).orElseThrow(() -> unknownFlag(token));
            if (flag.kind().isPresent()) {
                String attached = letters.substring(i + 1);
                value(flag, attached.isEmpty() ? next(token) : token.part(attached));
                return;
            }
        }
    }

    private void value(Flag flag, Token value) {
        flag.kind().orElseThrow().judge(value, List.of(), reading);
        ended = ended || flag.arity() == Arity.ARTEFACT;
    }

    private Token next(Token flag) {
        if (at >= args.size()) {
            throw new Refusal("ILR-SPAWN-011", "The flag has no value.", flag, "Add its value or leave it out.");
        }
        return token(at++);
    }

    private Token token(int index) {
        return new Token(args.get(index), offset + index);
    }

    private Refusal unknownForm() {
        Token token = at < args.size() ? token(at) : new Token("", -1);
        List<String> words = grammar.forms().stream()
                .map(form -> String.join(" ", form.words()))
                .toList();
        return new Refusal(
                "ILR-SPAWN-015",
                "This use of " + grammar.name() + " starts no server, or more than one.",
                token,
                "Write " + grammar.name() + " " + String.join(" or ", words) + " and the server.");
    }

    private Refusal unknownFlag(Token token) {
        boolean inline = grammar.inline().stream()
                .anyMatch(name -> token.text().equals(name)
                        || token.text().startsWith(name + "=")
                        || (grammar.clusters()
                                && name.length() == 2
                                && token.text().startsWith(name)));
        if (inline) {
            return new Refusal(
                    "ILR-SPAWN-012",
                    "The flag makes " + grammar.name() + " run code from the command line.",
                    token,
                    "Put the code into the server itself, under a server root, and name its file.");
        }
        return new Refusal(
                "ILR-SPAWN-010",
                "The flag is not among those that " + grammar.name() + " may have before the server.",
                token,
                "Leave it out; flags of the server itself stand after the server.");
    }
}
