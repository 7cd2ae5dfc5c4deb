package dev.ilura.gateway.cli;

import dev.ilura.audit.AuditReader;
import dev.ilura.spi.TimeSource;
import java.time.Duration;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ilura audit tail}: the newest records, and those to come. */
@Command(
        name = "tail",
        mixinStandardHelpOptions = true,
        description = {"Show the newest records. On a terminal, go on and show those to come until Ctrl-C."})
final class AuditTailCommand implements Callable<Integer> {
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final Screen screen;
    private final TimeSource time;

    @ArgGroup(multiplicity = "1")
    private StateOption state;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            defaultValue = "20",
            description = "How many to begin with.")
    private long lines;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on also where the output is no terminal.")
    private boolean follow;

    @Option(names = "--json", description = "Print one JSON object per record.")
    private boolean json;

    AuditTailCommand(Screen screen) {
        this.screen = screen;
        this.time = TimeSource.system();
    }

    @Override
    public Integer call() throws InterruptedException {
        AuditReader reader = AuditReader.open(state.directory());
        long shown = Math.max(0, reader.size() - Math.max(0, lines));
        shown = print(reader, shown);
        while (follow || screen.hasPerson()) {
            Semaphore due = new Semaphore(0);
            time.after(LOOK_EVERY, due::release);
            due.acquire();
            shown = print(reader, shown);
        }
        return Exit.FINE;
    }

    /** Prints the records from this number on and gives the number of the next. */
    private long print(AuditReader reader, long from) {
        RecordText text = new RecordText(screen, ZoneId.systemDefault());
        long end = reader.size();
        for (long number = from; number < end; number++) {
            reader.record(number).ifPresent(record -> {
                if (json) {
                    screen.json(record);
                } else {
                    screen.line(text.line(record));
                }
            });
        }
        return end;
    }
}
