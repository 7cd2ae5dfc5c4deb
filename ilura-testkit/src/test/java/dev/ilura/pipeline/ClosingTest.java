package dev.ilura.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.AuditEvent;
import dev.ilura.CallRequest;
import dev.ilura.Gateway;
import dev.ilura.Pod;
import dev.ilura.ServerSpec;
import dev.ilura.spi.Transport;
import dev.ilura.testkit.ScriptedClient;
import dev.ilura.testkit.ScriptedServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The log ends last: it tells how everybody left, and nothing is written to it afterwards. */
@Timeout(30)
class ClosingTest {
    private final SlowToStop guest = new SlowToStop();
    private final Gate gate = Gate.open();

    @Test
    void aServerThatIsJustTakenOutIsStoppedBeforeTheLogEnds() throws Exception {
        Gateway.Membership membership = gate.gateway().join(guest, Pod.DEFAULT);
        Outcomes.completed(gate.call(CallRequest.to("guest", "read")));
        closesOnlyWhenTheGuestHasStopped(new Thread(membership::close));
    }

    @Test
    void aConnectionOfAClientThatHasJustLeftIsClosedBeforeTheLogEnds() throws Exception {
        gate.gateway().join(guest, Pod.DEFAULT);
        ScriptedClient client = Eras.handshake(gate, "{\"elicitation\":{}}");
        client.call("1", "guest__read", "{}");
        client.answer("1");
        closesOnlyWhenTheGuestHasStopped(new Thread(client::close));
    }

    private void closesOnlyWhenTheGuestHasStopped(Thread leaving) throws InterruptedException {
        leaving.start();
        assertThat(guest.stopping.await(10, TimeUnit.SECONDS)).isTrue();
        Thread closing = new Thread(gate::close);
        closing.start();
        Gate.until(() -> closing.getState() != Thread.State.NEW && closing.getState() != Thread.State.RUNNABLE);
        assertThat(gate.log.isClosed()).isFalse();

        guest.mayStop.countDown();
        closing.join();
        leaving.join();

        List<AuditEvent.Type> types =
                gate.log.events().stream().map(AuditEvent::type).toList();
        assertThat(types).contains(AuditEvent.Type.SERVER_STOP).endsWith(AuditEvent.Type.GATEWAY_CLOSE);
        assertThat(guest.server.running()).isZero();
    }

    /** Takes as long to stop as the test likes. */
    private static final class SlowToStop implements ServerSpec {
        final CountDownLatch stopping = new CountDownLatch(1);
        final CountDownLatch mayStop = new CountDownLatch(1);
        final ScriptedServer server = ScriptedServer.named("guest").tool("read");

        @Override
        public String name() {
            return server.name();
        }

        @Override
        public List<Path> roots() {
            return server.roots();
        }

        @Override
        public Transport transport() {
            return (receiver, gate) -> new Slow(server.transport().open(receiver, gate));
        }

        private final class Slow implements Transport.Connection {
            private final Transport.Connection connection;

            Slow(Transport.Connection connection) {
                this.connection = connection;
            }

            @Override
            public String identity() {
                return connection.identity();
            }

            @Override
            public void send(byte[] frame) throws IOException {
                connection.send(frame);
            }

            @Override
            public void close() {
                stopping.countDown();
                try {
                    assertThat(mayStop.await(10, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                connection.close();
            }
        }
    }
}
