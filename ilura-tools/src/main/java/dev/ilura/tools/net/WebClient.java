package dev.ilura.tools.net;

import dev.ilura.spi.TimeSource;
import dev.ilura.spi.ToolException;
import dev.ilura.spi.ToolRequest;
import dev.ilura.text.UnclearValueException;
import dev.ilura.text.UrlText;
import dev.ilura.text.VisibleText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.cache.HttpCacheContext;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.cache.CacheConfig;
import org.apache.hc.client5.http.impl.cache.CachingHttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.util.Timeout;

/** Carries out requests, one hop after the other, and connects only where the guard lets it. Thread-safe. */
final class WebClient implements AutoCloseable {
    static final String PRODUCT = "ilura";
    private static final String USER_AGENT = PRODUCT + "/0.1 (MCP gateway)";
    private static final int CACHED = 64;
    private static final long LARGEST_CACHED = 512 << 10;

    /**
     * Headers that say nothing about who asks. The attack: one session sends a key in a header of the site's own, and
     * another gets the answer out of the cache, which all sessions share.
     */
    private static final Set<String> SAME_FOR_ALL = Set.of(
            "accept", "accept-language", "accept-charset", "cache-control", "pragma", "range", "referer", "user-agent");

    private final EgressGuard guard;
    private final boolean proxied;
    private final FetchRules rules;
    private final TimeSource time;
    private final RateLimit rate;
    private final Robots robots;
    private final CloseableHttpClient caching;
    private final CloseableHttpClient forgetting;

    WebClient(
            EgressGuard guard,
            Optional<EgressGuard.Proxy> proxy,
            Optional<SSLContext> trust,
            FetchRules rules,
            TimeSource time) {
        this.guard = guard;
        this.proxied = proxy.isPresent();
        this.rules = rules;
        this.time = time;
        this.rate = new RateLimit(rules.perMinute(), time);
        this.robots = new Robots(this, time);
        PoolingHttpClientConnectionManager connections = connections(guard, trust);
        this.caching = client(cache(), connections, proxy);
        this.forgetting = client(HttpClientBuilder.create().setConnectionManagerShared(true), connections, proxy);
    }

    private static PoolingHttpClientConnectionManager connections(EgressGuard guard, Optional<SSLContext> trust) {
        TlsSocketStrategy tls =
                trust.map(DefaultClientTlsStrategy::new).orElseGet(DefaultClientTlsStrategy::createDefault);
        return new PoolingHttpClientConnectionManagerBuilder() {
            @Override
            protected HttpClientConnectionOperator createConnectionOperator(
                    org.apache.hc.client5.http.SchemePortResolver ports,
                    org.apache.hc.client5.http.DnsResolver dns,
                    TlsSocketStrategy strategy) {
                return new DefaultHttpClientConnectionOperator(
                        socksProxy -> guard.socket(),
                        DefaultSchemePortResolver.INSTANCE,
                        guard,
                        RegistryBuilder.<TlsSocketStrategy>create()
                                .register("https", strategy)
                                .build());
            }
        }.setTlsSocketStrategy(tls)
                .setDnsResolver(guard)
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(Http1Config.custom()
                                .setMaxHeaderCount(200)
                                .setMaxLineLength(16 << 10)
                                .build())
                        .build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.ofSeconds(10))
                        .setSocketTimeout(Timeout.ofSeconds(20))
                        .setTimeToLive(Timeout.ofSeconds(30))
                        .build())
                .setMaxConnTotal(64)
                .setMaxConnPerRoute(8)
                .build();
    }

    private static HttpClientBuilder cache() {
        return CachingHttpClientBuilder.create()
                .setCacheConfig(CacheConfig.custom()
                        .setMaxCacheEntries(CACHED)
                        .setMaxObjectSize(LARGEST_CACHED)
                        .setSharedCache(true)
                        .build());
    }

    private static CloseableHttpClient client(
            HttpClientBuilder builder,
            PoolingHttpClientConnectionManager connections,
            Optional<EgressGuard.Proxy> proxy) {
        builder.setConnectionManager(connections)
                .setUserAgent(USER_AGENT)
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableAutomaticRetries();
        proxy.ifPresent(via -> builder.setProxy(new HttpHost("http", via.host(), via.port())));
        return builder.build();
    }

    private CloseableHttpClient client(Ask ask) {
        return ask.body().isEmpty()
                        && !ask.headers().keySet().stream()
                                .allMatch(name -> SAME_FOR_ALL.contains(name.toLowerCase(Locale.ROOT)))
                ? forgetting
                : caching;
    }

    /** What is asked for. */
    record Ask(String method, String url, Map<String, String> headers, Optional<byte[]> body, boolean obeysRobots) {}

    /**
     * What came back.
     *
     * @param url of the last hop
     * @param truncated whether the body was longer than its limit
     * @param cache what the cache did, for example {@code CACHE_HIT}
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, compared never
    record Answer(
            String url,
            int status,
            String reason,
            String contentType,
            Map<String, String> headers,
            byte[] body,
            boolean truncated,
            String cache) {}

    Answer send(Ask ask, ToolRequest request) throws ToolException {
        return send(ask, request, time.nanos() + rules.time().toNanos());
    }

    Answer send(Ask ask, ToolRequest request, long deadline) throws ToolException {
        Ask hop = ask;
        for (int redirects = 0; ; redirects++) {
            UrlText url = readable(hop.url());
            request.checkCancelled();
            if (hop.obeysRobots() && rules.robots()) {
                robots.require(url, request, deadline);
            }
            rate.take(url.host());
            Answer answer = once(hop, url, request, deadline);
            Optional<String> next = location(answer);
            if (next.isEmpty()) {
                return answer;
            }
            if (redirects >= rules.redirects()) {
                throw new ToolException(
                        "ILR-TOOLS-074",
                        "More than " + rules.redirects() + " redirects.",
                        "Fetch the last one itself.");
            }
            hop = redirected(hop, answer, next.get());
        }
    }

    /** A URL with one meaning only, that the guard does not refuse at once. */
    private static UrlText readable(String text) throws ToolException {
        UrlText url;
        try {
            url = UrlText.parse(text);
        } catch (UnclearValueException e) {
            throw new ToolException(
                    "ILR-TOOLS-070", "The URL " + e.why() + ".", "Write it plainly: https://host/path.", e);
        }
        if (!url.scheme().equals("http") && !url.scheme().equals("https")) {
            throw new ToolException("ILR-TOOLS-070", "Only http and https are fetched.", "Use one of these.");
        }
        return url;
    }

    private Answer once(Ask ask, UrlText url, ToolRequest request, long deadline) throws ToolException {
        long left = deadline - time.nanos();
        if (left <= 0) {
            throw late();
        }
        HttpUriRequestBase http = http(ask, url);
        TimeSource.Timer timer = time.after(java.time.Duration.ofNanos(left), http::cancel);
        request.onCancel(http::cancel);
        try {
            if (proxied) {
                guard.checked(url.host());
            }
            HttpCacheContext context = HttpCacheContext.create();
            return client(ask).execute(http, context, response -> answer(url, response, context));
        } catch (IOException | IllegalStateException e) {
            request.checkCancelled();
            throw failed(url, e, deadline);
        } finally {
            timer.cancel();
        }
    }

    private static HttpUriRequestBase http(Ask ask, UrlText url) throws ToolException {
        URI uri;
        try {
            String rest = url.rest().replaceFirst("#.*", "");
            uri = new URI(url.scheme() + "://" + url.host() + (url.port() > 0 ? ":" + url.port() : "")
                    + (rest.startsWith("/") ? rest : "/" + rest));
        } catch (java.net.URISyntaxException e) {
            throw new ToolException(
                    "ILR-TOOLS-070", "The path of the URL is malformed.", "Percent-encode what is special.", e);
        }
        HttpUriRequestBase http = new HttpUriRequestBase(ask.method(), uri);
        ask.headers().forEach(http::setHeader);
        ask.body().ifPresent(bytes -> http.setEntity(new ByteArrayEntity(bytes, contentType(ask))));
        http.setConfig(RequestConfig.custom()
                .setRedirectsEnabled(false)
                .setAuthenticationEnabled(false)
                .setProtocolUpgradeEnabled(false)
                .setResponseTimeout(Timeout.ofSeconds(20))
                .setConnectionRequestTimeout(Timeout.ofSeconds(10))
                .build());
        return http;
    }

    private static ContentType contentType(Ask ask) {
        return ContentType.parseLenient(ask.headers().getOrDefault("Content-Type", "application/json"));
    }

    private Answer answer(UrlText url, ClassicHttpResponse response, HttpCacheContext context) throws IOException {
        HttpEntity entity = response.getEntity();
        byte[] body = new byte[0];
        boolean truncated = false;
        if (entity != null) {
            try (InputStream in = entity.getContent()) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                byte[] buffer = new byte[1 << 14];
                int n = in == null ? -1 : in.read(buffer);
                while (n >= 0 && !truncated) {
                    int room = (int) Math.min(n, rules.bytes() - out.size());
                    out.write(buffer, 0, room);
                    truncated = room < n;
                    n = truncated ? -1 : in.read(buffer);
                }
                body = out.toByteArray();
            } catch (IOException e) {
                if (!truncated) {
                    throw e;
                }
            }
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (String name :
                new String[] {"Location", "Last-Modified", "ETag", "Content-Range", "Retry-After", "Content-Length"}) {
            Optional.ofNullable(response.getFirstHeader(name))
                    .ifPresent(header -> headers.put(name, VisibleText.oneLine(header.getValue())));
        }
        String type = entity == null || entity.getContentType() == null ? "" : entity.getContentType();
        return new Answer(
                url.toString(),
                response.getCode(),
                VisibleText.oneLine(String.valueOf(response.getReasonPhrase())),
                VisibleText.oneLine(type),
                headers,
                body,
                truncated,
                String.valueOf(context.getCacheResponseStatus()));
    }

    private static Optional<String> location(Answer answer) {
        return switch (answer.status()) {
            case 301, 302, 303, 307, 308 -> Optional.ofNullable(answer.headers().get("Location"));
            default -> Optional.empty();
        };
    }

    /** What the agent gave for one site is not carried to another, and what was asked in secret not sent in the open. */
    private static Ask redirected(Ask ask, Answer answer, String location) throws ToolException {
        String target;
        try {
            target = URI.create(answer.url()).resolve(location).toString();
        } catch (IllegalArgumentException e) {
            throw new ToolException("ILR-TOOLS-074", "A redirect leads to no URL.", "Fetch another address.", e);
        }
        UrlText from = readable(answer.url());
        UrlText to = readable(target);
        if (from.scheme().equals("https") && to.scheme().equals("http")) {
            throw new ToolException(
                    "ILR-TOOLS-074",
                    "A redirect leads from https to http.",
                    "Fetch " + VisibleText.oneLine(target) + " itself, if that is meant.");
        }
        boolean sameOrigin = from.scheme().equals(to.scheme())
                && from.host().equals(to.host())
                && from.effectivePort() == to.effectivePort();
        boolean again = answer.status() == 307 || answer.status() == 308;
        boolean get = !again && !ask.method().equals("HEAD");
        if (!sameOrigin && !get && ask.body().isPresent()) {
            throw new ToolException(
                    "ILR-TOOLS-074",
                    "A redirect would carry the body to another site: " + VisibleText.oneLine(to.host()) + ".",
                    "Send it there itself, if that is meant.");
        }
        return new Ask(
                get ? "GET" : ask.method(),
                target,
                sameOrigin ? ask.headers() : Map.of(),
                get ? Optional.empty() : ask.body(),
                ask.obeysRobots());
    }

    private ToolException failed(UrlText url, Exception e, long deadline) {
        if (time.nanos() - deadline >= 0) {
            return late();
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof EgressGuard.BlockedException) {
                return new ToolException(
                        "ILR-TOOLS-071",
                        "Access denied: " + VisibleText.oneLine(String.valueOf(cause.getMessage())) + ".",
                        "Only public addresses are fetched; the operator can name more in tools.network.addresses.",
                        e);
            }
        }
        if (e instanceof UnknownHostException) {
            return new ToolException("ILR-TOOLS-072", "There is no host " + url.host() + ".", "Check the name.", e);
        }
        if (e instanceof SocketTimeoutException) {
            return late();
        }
        if (e instanceof SSLException) {
            return new ToolException(
                    "ILR-TOOLS-073",
                    "No secure connection to " + url.host() + ": " + VisibleText.oneLine(String.valueOf(e.getMessage()))
                            + ".",
                    "Check the certificate of the site.",
                    e);
        }
        return new ToolException(
                "ILR-TOOLS-072",
                "No answer from " + url.host() + ": " + VisibleText.oneLine(String.valueOf(e.getMessage())) + ".",
                "Try again later.",
                e);
    }

    private ToolException late() {
        return new ToolException(
                "ILR-TOOLS-076", "No answer within " + rules.time().toSeconds() + " s.", "Try again later.");
    }

    @Override
    public void close() {
        try {
            forgetting.close();
            caching.close();
        } catch (IOException e) {
            // nothing is left to do
        }
    }
}
