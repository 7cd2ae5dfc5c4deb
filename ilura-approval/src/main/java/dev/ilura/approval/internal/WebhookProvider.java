package dev.ilura.approval.internal;

import dev.ilura.Secret;
import dev.ilura.approval.WebhookApprovals;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.ApprovalHandlerProvider;
import dev.ilura.spi.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** The channel {@code webhook}: {@code url} and {@code secret} (both needed), {@code every}. */
public final class WebhookProvider implements ApprovalHandlerProvider {
    @Override
    public String name() {
        return WebhookApprovals.CHANNEL;
    }

    @Override
    public Optional<ApprovalHandler> create(Settings settings) {
        return configured(settings).map(WebhookApprovals.Builder::build);
    }

    @Override
    public boolean check(Settings settings) {
        configured(settings);
        return true;
    }

    private static Optional<WebhookApprovals.Builder> configured(Settings settings) {
        Optional<String> url = settings.text("url");
        Optional<Secret> secret = settings.secret("secret");
        Optional<Duration> every = settings.duration("every");
        boolean fits = true;
        if (url.isEmpty()) {
            settings.problem("url", "The webhook has no address.", "Write url = \"https://...\".");
            fits = false;
        }
        if (secret.isEmpty()) {
            settings.problem("secret", "The webhook has no secret.", "Write secret = \"${secret:name}\".");
            fits = false;
        }
        if (every.filter(pause -> pause.isNegative() || pause.isZero()).isPresent()) {
            settings.problem("every", "This must be positive.", "Write a duration such as \"2s\".");
            fits = false;
        }
        return fits ? built(settings, url.orElseThrow(), secret.orElseThrow(), every) : Optional.empty();
    }

    private static Optional<WebhookApprovals.Builder> built(
            Settings settings, String url, Secret secret, Optional<Duration> every) {
        try {
            WebhookApprovals.Builder builder = WebhookApprovals.receiver(URI.create(url), secret);
            every.ifPresent(builder::every);
            return Optional.of(builder);
        } catch (IllegalArgumentException e) {
            settings.problem(
                    String.valueOf(e.getMessage()).contains("secret") ? "secret" : "url",
                    "The webhook cannot be used: " + e.getMessage() + ".",
                    "Correct it; docs/approvals.md shows a receiver.");
            return Optional.empty();
        }
    }
}
