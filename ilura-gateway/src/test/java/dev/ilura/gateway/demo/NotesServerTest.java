package dev.ilura.gateway.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotesServerTest {
    @TempDir
    Path directory;

    private Path notes;
    private NotesServer server;

    @BeforeEach
    void openNotes() throws IOException {
        notes = Files.createDirectory(directory.resolve("notes"));
        Files.writeString(notes.resolve("welcome.md"), "hello");
        server = new NotesServer(notes);
    }

    @Test
    void handshakeAgreesOnItsRevision() {
        assertThat(answer("{'jsonrpc':'2.0','id':'a','method':'initialize','params':{'protocolVersion':'2025-11-25'}}")
                        .raw())
                .contains("\"id\":\"a\"", "\"protocolVersion\":\"2025-11-25\"");
    }

    @Test
    void notificationGetsNoAnswer() {
        assertThat(server.answer("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}"))
                .isEmpty();
    }

    @Test
    void everyListedToolWorks() throws IOException {
        assertThat(answer("{'jsonrpc':'2.0','id':1,'method':'tools/list'}")
                        .at("/result/tools")
                        .orElseThrow()
                        .elements())
                .extracting(tool -> tool.member("name").orElseThrow().text())
                .containsExactly("list_notes", "read_note", "write_note", "delete_note");
        assertThat(call("list_notes", "{}")).isEqualTo("welcome.md");
        assertThat(call("read_note", "{'path':'welcome.md'}")).isEqualTo("hello");
        assertThat(call("write_note", "{'path':'b.md','text':'two'}")).isEqualTo("written: b.md");
        assertThat(notes.resolve("b.md")).hasContent("two");
        assertThat(call("delete_note", "{'path':'b.md'}")).isEqualTo("deleted: b.md");
        assertThat(notes.resolve("b.md")).doesNotExist();
    }

    @Test
    void readsWhateverPathItIsGivenWhichIsWhyItNeedsAGate() throws IOException {
        Files.writeString(directory.resolve("secret.txt"), "out of its directory");

        assertThat(call("read_note", "{'path':'../secret.txt'}")).isEqualTo("out of its directory");
    }

    @Test
    void failureOfAToolIsAResultAndNotAProtocolError() {
        JsonValue answer = answer(
                "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'read_note','arguments':{'path':7}}}");

        assertThat(answer.at("/result/isError").orElseThrow().flag()).isTrue();
    }

    @Test
    void unknownMethodToolAndJunkAreProtocolErrors() {
        assertThat(code("{'jsonrpc':'2.0','id':1,'method':'server/discover'}")).isEqualTo("-32601");
        assertThat(code("{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'rm'}}"))
                .isEqualTo("-32602");
        assertThat(code("{]")).isEqualTo("-32700");
    }

    private String call(String tool, String arguments) {
        return answer("{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'" + tool + "','arguments':"
                        + arguments + "}}")
                .at("/result/content/0/text")
                .orElseThrow()
                .text();
    }

    private String code(String message) {
        return answer(message).at("/error/code").orElseThrow().raw();
    }

    private JsonValue answer(String message) {
        return JsonValue.parse(
                new String(server.answer(message.replace('\'', '"')).orElseThrow(), StandardCharsets.UTF_8));
    }
}
