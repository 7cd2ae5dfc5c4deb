package dev.ilura.internal.upstream;

import dev.ilura.Tool;
import dev.ilura.json.JsonValue;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a server can offer, by the list it is found in. Rules and records name what is no tool with a prefix that no tool
 * name can have, so that {@code "files/*"} means tools and nothing else.
 */
public enum Offer {
    TOOLS("tools", "tools/list", "tools", "name", "notifications/tools/list_changed", ""),
    PROMPTS("prompts", "prompts/list", "prompts", "name", "notifications/prompts/list_changed", "@prompt:"),
    RESOURCES("resources", "resources/list", "resources", "uri", "notifications/resources/list_changed", "@resource:"),
    TEMPLATES(
            "resources",
            "resources/templates/list",
            "resourceTemplates",
            "uriTemplate",
            "notifications/resources/list_changed",
            "@template:"),
    TASKS("tasks", "tasks/list", "tasks", "taskId", "", "@task:");

    private final String capability;
    private final String method;
    private final String member;
    private final String key;
    private final String changed;
    private final String prefix;

    Offer(String capability, String method, String member, String key, String changed, String prefix) {
        this.capability = capability;
        this.method = method;
        this.member = member;
        this.key = key;
        this.changed = changed;
        this.prefix = prefix;
    }

    /** The offer whose list a notification says is no longer right. */
    static Optional<Offer> changedBy(String notification) {
        return Arrays.stream(values())
                .filter(offer -> offer.changed.equals(notification))
                .findFirst();
    }

    /** The member of a server's capabilities that promises it. */
    public String capability() {
        return capability;
    }

    /** The method that lists it. */
    public String method() {
        return method;
    }

    /** The member of the list's result that holds the entries. */
    public String member() {
        return member;
    }

    /** The member of an entry that identifies it. */
    public String key() {
        return key;
    }

    /** The notification that the list is no longer right. */
    public String changed() {
        return changed;
    }

    /** What the name of an entry is called in rules and records. */
    public String target(String name) {
        return prefix + name;
    }

    /** An entry of the list as something that can be called; empty if it does not say what it is. */
    public Optional<Tool> read(JsonValue entry) {
        return entry.member(key).filter(JsonValue::isString).map(name -> Tool.named(target(name.text()), entry));
    }
}
