package dev.ilura.approval;

import com.sun.net.httpserver.HttpServer;
import java.lang.reflect.Field;
import java.util.List;
import java.util.concurrent.ExecutorService;

/** The page's server ends as by a crash: its threads and sockets are gone, and the desk behind it has not been told. */
final class PageCrash {
    private PageCrash() {}

    static void of(PageApprovals page) throws ReflectiveOperationException {
        Object server = member(member(page, "page"), "server");
        ((ExecutorService) member(server, "threads")).shutdownNow();
        ((List<?>) member(server, "servers")).forEach(http -> ((HttpServer) http).stop(0));
    }

    private static Object member(Object of, String name) throws ReflectiveOperationException {
        Field field = of.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
    }
}
