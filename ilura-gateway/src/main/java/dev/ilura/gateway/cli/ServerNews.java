package dev.ilura.gateway.cli;

import dev.ilura.spi.GatewayListener;
import dev.ilura.text.VisibleText;

/** Tells whoever looks at standard error why a server is not there. */
final class ServerNews implements GatewayListener {
    private final Screen screen;

    ServerNews(Screen screen) {
        this.screen = screen;
    }

    @Override
    public void server(String server, String state, String detail) {
        if (state.equals("failed")) {
            screen.aside("ilura: server " + server + " failed: " + VisibleText.oneLine(detail));
        }
    }
}
