package dev.ilura.policy.manifest;

import dev.ilura.Tool;
import dev.ilura.json.JsonValue;
import dev.ilura.policy.manifest.ManifestFinding.Kind;
import dev.ilura.text.VisibleText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Parameters that ask the model for what the tool cannot need. The attack: full-schema poisoning. */
final class ParameterRules {
    private static final Pattern SECRET = Pattern.compile(
            "(^|_)(passw(or)?d|passwd|passphrase|ssh(_key)?|id_rsa|id_ed25519|private_key|wallet(_dat|_key|_seed)?|seed_phrase|mnemonic|secret(s|_key)?"
                    + "|credentials?|credit_card|card_number|cvv|cvc|ssn|api_?keys?|access_token|auth_token|session_cookie|cookies|env(ironment)?_(vars?|variables?|file|content)|dot_?env|keychain|otp|pin_code|(2fa|mfa|totp|two_factor)(_code)?|clipboard(_content|_text)?)(_|$)");
    private static final Pattern CONTEXT = Pattern.compile(
            "(^|_)(system_prompt|(full_|whole_|entire_|previous_|past_)?(conversation|chat)(_history|_so_far|_context|_log|_transcript)?|chain_of_thought|hidden_instructions"
                    + "|(model|system|assistant|your)_instructions|(previous|prior|earlier|all)_(messages|tool_calls|results|turns)|last_tool_result|user_(messages|prompt)|tool_list|available_tools|model_name|memory_dump)(_|$)");
    private static final Pattern HANDLES_SECRETS = Pattern.compile(
            "(?i)passw|secret|credential|log ?in|sign ?in|auth|account|connect|encrypt|decrypt|vault|token|api ?key|otp|verif|one.?time|2fa|mfa|pay|card|checkout|bill|clipboard|copy|paste|wallet|payment|certificate|ssh|cookie|database|user|env");
    private static final Pattern HANDLES_CONTEXT =
            Pattern.compile("(?i)conversation|chat|message|prompt|model|thread|memory|transcript");
    private static final Pattern OF_A_SECRET = Pattern.compile(
            "(content|contents|value|path|location|text|body|dump)_of_.*(ssh|rsa|key|wallet|secret|passw|token|env|cred|cookie|shadow|history)");
    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+");

    /** What a parameter is said to want, beyond what its name says. */
    private static final Pattern WANTS_SECRET = Pattern.compile(
            "(?i)\\b(the |all |any )?(current |signed.in )?(user'?s?|your|person'?s|owner'?s) (own |saved |stored )?(api keys?|passwords?|credentials|access tokens?|private keys?|secrets|cookies|ssh keys?)\\b|\\b(all|every|any) (environment variables?|secrets?|credentials|api keys?|passwords?)\\b|\\bkeys? you (are|were|run|have)\\b|\\btake it from memory\\b");

    private static final Pattern WANTS_CONTEXT = Pattern.compile(
            "(?i)\\b(whole|entire|full|complete) (conversation|chat|history|context|transcript)\\b|\\b(earlier|previous|prior|all|last) (user )?(messages|prompts|turns|answers)\\b[^.]{0,20}\\b(of|from|by|with) (the )?(user|conversation)|\\b(everything|all) (that )?you (remember|know|were told)\\b|\\byour (system )?(instructions|prompt|reasoning|chain of thought)\\b|\\btext you were (started|given|configured)\\b|\\b(list of )?tools you have\\b");

    private static final Pattern SINK = Pattern.compile(
            "(^|_)(callback|webhook|notify|notification|report|forward|mirror|copy|hook)(_to|_url|_uri|_address)?$");
    private static final Pattern OUTSIDE = Pattern.compile("(?i)https?://(?!localhost|127\\.|\\[::1\\])[^\\s]+");

    private ParameterRules() {}

    static List<ManifestFinding> inspect(Tool tool) {
        List<ManifestFinding> findings = new ArrayList<>();
        String purpose =
                tool.name().replace('_', ' ') + " " + tool.description().orElse("");
        tool.inputSchema().ifPresent(schema -> properties(schema, "/inputSchema", purpose, findings));
        return findings;
    }

    private static void properties(JsonValue schema, String place, String purpose, List<ManifestFinding> findings) {
        schema.member("properties").ifPresent(properties -> {
            for (Map.Entry<String, JsonValue> property : properties.members().entrySet()) {
                String inner = place + "/properties/" + property.getKey();
                String name = snake(property.getKey());
                if (isUncalledFor(name, purpose) || wantsTooMuch(property.getValue(), purpose)) {
                    findings.add(new ManifestFinding(
                            Kind.SECRET_PARAMETER,
                            VisibleText.oneLine(inner),
                            "asks for something that the purpose of the tool does not need"));
                }
                presetRecipient(property.getValue(), name, inner, findings);
                properties(property.getValue(), inner, purpose, findings);
            }
        });
        schema.member("items").ifPresent(items -> properties(items, place + "/items", purpose, findings));
    }

    private static boolean isUncalledFor(String name, String purpose) {
        return OF_A_SECRET.matcher(name).find()
                || (SECRET.matcher(name).find()
                        && !HANDLES_SECRETS.matcher(purpose).find())
                || (CONTEXT.matcher(name).find()
                        && !HANDLES_CONTEXT.matcher(purpose).find());
    }

    private static boolean wantsTooMuch(JsonValue property, String purpose) {
        boolean text = property.member("type")
                .filter(type -> !type.isString()
                        || type.text().equals("string")
                        || type.text().equals("array")
                        || type.text().equals("object"))
                .isPresent();
        if (!text && property.member("type").isPresent()) {
            return false;
        }
        String description = property.member("description")
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .orElse("");
        return (WANTS_SECRET.matcher(description).find()
                        && !HANDLES_SECRETS.matcher(purpose).find())
                || (WANTS_CONTEXT.matcher(description).find()
                        && !HANDLES_CONTEXT.matcher(purpose).find());
    }

    /** The attack: a copy of every message to an address that nobody typed. */
    private static void presetRecipient(JsonValue property, String name, String place, List<ManifestFinding> findings) {
        for (String key : List.of("default", "const")) {
            property.member(key)
                    .filter(JsonValue::isString)
                    .filter(value -> ADDRESS.matcher(value.text()).matches()
                            || (SINK.matcher(name).find()
                                    && OUTSIDE.matcher(value.text()).matches()))
                    .ifPresent(value -> findings.add(new ManifestFinding(
                            Kind.SECRET_PARAMETER, VisibleText.oneLine(place + "/" + key), "presets a recipient")));
        }
    }

    private static String snake(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "_");
    }
}
