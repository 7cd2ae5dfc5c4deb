package dev.ilura.policy.internal;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds credentials by their shape: prefixes that their issuers chose to be found by, checksums, and values assigned to
 * names that say what they are. Documented examples and placeholders are no credentials.
 */
public final class SecretDetectors {
    private static final int MAX_TEXT = 1 << 20;

    private static final String ASSIGNED = "assigned secret";

    private static final Pattern PLACEHOLDER = Pattern.compile(
            "(?i)x{6,}|\\*{3,}|\\.{3,}|<[^>]*>|\\$\\{[^}]*\\}|\\{\\{|your[-_ ]|example|placeholder|changeme|change[-_]me|redacted"
                    + "|dummy|sample|test[-_]?(key|token|secret|password)|^(password|passwd|secret|token|none|null|true|false|undefined)$|0{8,}|1234567"
                    + "|process\\.env|os\\.environ|getenv|secrets?\\.|vault:|\\$\\(|^\\$[A-Za-z_]");

    /** Published by their issuers as examples; they open nothing. */
    private static final Set<String> DOCUMENTED = Set.of(
            "AKIAIOSFODNN7EXAMPLE",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ"
                    + ".SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c");

    /** Ways to say which account pays: never more than a number in a text, so only by their checksum. */
    private static final Set<String> TEST_CARDS = Set.of(
            "4111111111111111",
            "4242424242424242",
            "4000056655665556",
            "5555555555554444",
            "5105105105105100",
            "378282246310005",
            "371449635398431",
            "6011111111111117",
            "30569309025904",
            "4012888888881881",
            "3530111333300000");

    private static final List<Detector> DETECTORS = List.of(
            token("AWS access key", "\\b(A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\\b"),
            token("GitHub token", "\\bgh[pousr]_[A-Za-z0-9]{36,255}\\b"),
            token("GitHub token", "\\bgithub_pat_[A-Za-z0-9]{20,}_[A-Za-z0-9]{40,}\\b"),
            token("GitLab token", "\\bgl(pat|ptt|dt|rt|cbt|soat|ft|imt|agent|oas)-[A-Za-z0-9_.-]{20,}"),
            token(
                    "Slack token",
                    "\\bxox[a-z]-[A-Za-z0-9-]{10,}|\\bxapp-[0-9]-[A-Za-z0-9-]{10,}|\\bxoxe\\.xox[bp]-[A-Za-z0-9-]{10,}"),
            token("Slack webhook", "hooks\\.slack\\.com/(services|workflows|triggers)/[A-Za-z0-9/]{20,}"),
            token("Discord webhook", "discord(app)?\\.com/api/webhooks/[0-9]{10,}/[A-Za-z0-9_-]{30,}"),
            token("Discord token", "\\b[MNO][A-Za-z0-9_-]{23,27}\\.[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{27,40}\\b"),
            token("Stripe key", "\\b(sk|rk|whsec)_((live|test)_)?[A-Za-z0-9]{20,}"),
            token("Google API key", "\\bAIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
            token(
                    "Google token",
                    "\\bya29\\.[A-Za-z0-9_-]{20,}|\\bGOCSPX-[A-Za-z0-9_-]{20,}|\\b1//0[A-Za-z0-9_-]{30,}"),
            token("API key of an AI service", "\\bsk-(ant-|proj-|svcacct-|or-v1-|admin-)?[A-Za-z0-9_-]{20,}"),
            token(
                    "API key of an AI service",
                    "\\b(hf|r8|gsk|pplx|xai|nvapi|fw|tgp_v1|co|esecret|jina|voy)[_-][A-Za-z0-9_-]{30,}"),
            token("npm token", "\\bnpm_[A-Za-z0-9]{36}\\b"),
            token("PyPI token", "\\bpypi-[A-Za-z0-9_-]{16,}"),
            token("RubyGems or crates token", "\\brubygems_[a-f0-9]{48}\\b|\\bcio[A-Za-z0-9]{32}\\b"),
            token("Docker token", "\\bdckr_(pat|oat)_[A-Za-z0-9_-]{20,}"),
            token("SendGrid key", "\\bSG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}"),
            token("Twilio key", "\\b(SK|AC)[0-9a-f]{32}\\b"),
            token("Mailgun or Mailchimp key", "\\bkey-[0-9a-zA-Z]{32}\\b|\\b[0-9a-f]{32}-us[0-9]{1,2}\\b"),
            token("Telegram token", "\\b[0-9]{8,10}:A[A-Za-z0-9_-]{34}(?![A-Za-z0-9_-])"),
            token("DigitalOcean token", "\\bdo[por]_v1_[a-f0-9]{64}\\b"),
            token("Shopify token", "\\bshp(at|ca|pa|ss)_[A-Fa-f0-9]{32}\\b"),
            token("Square token", "\\bsq0[a-z]{3}-[A-Za-z0-9_-]{22,}|\\bEAAA[A-Za-z0-9_-]{60}"),
            token("Databricks token", "\\bdapi[a-f0-9]{32}\\b"),
            token("Vault token", "\\bhv[sbr]\\.[A-Za-z0-9_-]{24,}"),
            token("Terraform token", "\\b[A-Za-z0-9]{14}\\.atlasv1\\.[A-Za-z0-9_-]{60,}"),
            token("Grafana token", "\\bgl(sa|c)_[A-Za-z0-9_+/=-]{32,}"),
            token(
                    "Linear, Notion, Figma or Postman key",
                    "\\blin_(api|oauth)_[A-Za-z0-9]{32,}|\\b(ntn|secret)_[A-Za-z0-9]{40,}|\\bfigd_[A-Za-z0-9_-]{30,}|\\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}"),
            token(
                    "Sentry, Netlify, Supabase or PlanetScale token",
                    "\\bsntry[su]_[A-Za-z0-9_+/=.-]{30,}|\\bnf[pcoub]_[A-Za-z0-9]{36,}|\\bsbp_[a-f0-9]{40}|\\bpscale_(tkn|pw|oauth)_[A-Za-z0-9_.=-]{30,}"),
            token(
                    "Atlassian or Airtable token",
                    "\\bAT(ATT|BB|CTT)3?[A-Za-z0-9_=-]{24,}|\\bpat[A-Za-z0-9]{14}\\.[a-f0-9]{64}"),
            token(
                    "New Relic, Doppler, Fly or Pulumi key",
                    "\\bNRAK-[A-Z0-9]{27}|\\bdp\\.(pt|st|ct|sa|scim|audit)\\.[A-Za-z0-9_.-]{40,}|\\bfo1_[A-Za-z0-9_-]{40,}|\\bpul-[a-f0-9]{40}"),
            token(
                    "age or WireGuard key",
                    "\\bAGE-SECRET-KEY-1[A-Z0-9]{50,}|(?i)\\bprivatekey\\s*=\\s*[A-Za-z0-9+/]{43}="),
            token(
                    "private key",
                    "-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:\\s|\\\\n|\\\\r|[A-Za-z-]{1,30}: [^\n]{1,100}\n){0,8}[A-Za-z0-9+/=]{16}"),
            token(
                    "access token of a service",
                    "\\bpat-(na|eu|ap)[0-9]-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\b|\\btskey-[a-z]{2,10}-[A-Za-z0-9]{8,}-?[A-Za-z0-9]{8,}"
                            + "|\\bre_[A-Za-z0-9]{8}_[A-Za-z0-9]{20,}|\\bxkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}|\\bCFPAT-[A-Za-z0-9_-]{40,}|\\bCCIPAT_[A-Za-z0-9]{20,}_[a-f0-9]{40}"
                            + "|\\baccess-(production|development|sandbox)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\b|\\b(sdk|api|mob)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\b"
                            + "|\\baccess_token\\$(production|sandbox)\\$[a-z0-9]{16}\\$[a-f0-9]{32}|\\bsl\\.(u\\.)?[A-Za-z0-9_-]{60,}|\\bdt0[a-z][0-9]{2}\\.[A-Z0-9]{24}\\.[A-Z0-9]{64}"
                            + "|\\b[A-Za-z0-9_-]{4,11}:APA91b[A-Za-z0-9_-]{100,}|\\bsk\\.eyJ[A-Za-z0-9_-]{20,}\\.[A-Za-z0-9_-]{20,}|\\bops_eyJ[A-Za-z0-9_=-]{60,}"),
            token(
                    "access token of a service",
                    "\\b(pcsk|vcp|vck|tfp|rnd|napi|bkua|bkat|pnu|squ|sqp|sqa|ptu|rdme|mlsn|aio|dnkey|tvly|lsv2_pt|lsv2_sk|cal_live|whsec|wkrefresh|patpv|HRKU|ATCTT|glffct|glrt|fio-u|tk-us|phx|phc_secret|e2b|sgp|sntryu|ghcr)[._-][A-Za-z0-9_-]{24,}"
                            + "|\\bAKCp[A-Za-z0-9]{60,}|\\bcmVmdGtuO[A-Za-z0-9]{50,}|\\boy2[a-z2-7]{43}\\b|\\bEAA[A-Za-z0-9]{90,}|\\bA{22}[A-Za-z0-9%]{40,}|\\bEZ[AT]K[A-Za-z0-9]{50,}|\\bFLWSECK(_TEST)?-[A-Za-z0-9]{12,}"
                            + "|\\b(?![a-z0-9]{0,14}pk_|pub)[a-z0-9]{2,16}_(live|prod|production|secret)_[A-Za-z0-9]{20,}|(?<![A-Za-z0-9_~.-])[A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~.-])"),
            token("one-time password seed", "(?i)otpauth://[a-z]{4}/[^\\s]{0,200}[?&]secret=[A-Z2-7]{12,}"),
            token(
                    "wallet key",
                    "(?<![1-9A-HJ-NP-Za-km-z])(?=[5KL][A-Za-z]{0,40}[1-9])[5KL][1-9A-HJ-NP-Za-km-z]{50,51}(?![1-9A-HJ-NP-Za-km-z])|\\b[xyz]prv[1-9A-HJ-NP-Za-km-z]{100,}"),
            token("wallet key", "(?i)private[ _-]?key[\"']?\\s*(?:is|[:=])?\\s*[\"']?(?:0x)?[0-9a-f]{64}\\b"),
            token(
                    "words of a wallet",
                    "(?i)\\b(?:seed|recovery|mnemonic)(?: phrase| words)?\\s*(?:is|[:=])\\s*[\"']?(?:[a-z]{3,8}[ ,]+){11,23}[a-z]{3,8}\\b"),
            token("PuTTY key", "PuTTY-User-Key-File-[23]:"),
            token("JSON web token", "\\beyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{16,}"),
            token("Azure key", "(?i)(AccountKey|SharedAccessKey|SharedSecretIssuer)\\s*=\\s*[A-Za-z0-9+/]{40,}={0,2}"),
            token("Azure signature", "(?i)[?&]sig=[A-Za-z0-9%+/]{40,}"),
            token("signed AWS request", "(?i)X-Amz-Signature=[a-f0-9]{64}"),
            // without the first '$', which would make a variable of $apr1$ or $argon2id$
            token(
                    "password hash",
                    "(?<=\\$)(1|5|6|7|y|gy|apr1|sha1|md5|2[abxy]|argon2(id|i|d)|scrypt|s0|pbkdf2(-sha(1|256|512))?|bcrypt-sha256)\\$[A-Za-z0-9./$,=+-]{20,}"),
            token(
                    "password hash",
                    "\\{(SHA|SSHA|MD5|SMD5)\\}[A-Za-z0-9+/]{20,}={0,2}|\\bpbkdf2_sha(1|256|512)\\$[0-9]{4,8}\\$[^\\s$]{6,64}\\$[A-Za-z0-9+/=]{24,}"
                            + "|(?<=\\$)[PH]\\$[A-Za-z0-9./]{31}(?![A-Za-z0-9./])|\\bSCRAM-SHA-(1|256|512)\\$[0-9]{3,6}:[A-Za-z0-9+/=]{12,}\\$[A-Za-z0-9+/=]{24,}"
                            + "|(?i)identified (?:by|with)[^\\n;]{0,40}'\\*[0-9A-F]{40}'"),
            new Detector(
                    "password hash",
                    Pattern.compile("(?m)^[A-Za-z_][A-Za-z0-9._-]{0,31}:([A-Za-z0-9./]{13}):[0-9]{1,6}:[0-9]{0,6}:"),
                    1,
                    SecretDetectors::looksRandom),
            token(
                    "access token of a service",
                    "\\bABSK[A-Za-z0-9+/=]{60,}|\\bamzn\\.mws\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\b|\\bGR1348941[A-Za-z0-9_-]{20,}"
                            + "|webhook\\.office\\.com/webhookb2/[0-9a-f-]{36}@[0-9a-f-]{36}/IncomingWebhook/[0-9a-f]{32}|\\bSSWS 00[A-Za-z0-9_-]{38,}"
                            + "|\\bLTAI[A-Za-z0-9]{16,26}\\b|\\bAKID[A-Za-z0-9]{32}\\b|\\bAQVN[A-Za-z0-9_-]{35,38}(?![A-Za-z0-9_-])|\\bp8e-[A-Za-z0-9]{32}\\b"
                            + "|\\b[12]/[0-9]{13,18}:[0-9a-f]{32}\\b|\\bdG9rO[A-Za-z0-9+/]{54}="),
            token(
                    "encrypted token",
                    "\\beyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{0,700}\\.[A-Za-z0-9_-]{12,24}\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{20,24}"),
            new Detector(
                    "token in a URL",
                    Pattern.compile("\\bhttps?://([A-Za-z0-9_-]{24,100})(?::x-oauth-basic)?@[A-Za-z0-9]"),
                    1,
                    SecretDetectors::looksRandom),
            new Detector(
                    "password in a connection string",
                    Pattern.compile("(?i)\\bjdbc:oracle:[a-z]+:[A-Za-z0-9_]{1,40}/([^\\s@/\"']{4,60})@"),
                    1,
                    SecretDetectors::isMixed),
            new Detector(
                    "key of a framework",
                    Pattern.compile(
                            "(?i)\\b(?:rails_master_key|master\\.key|secret_key_base|app_key|(?:secure_|logged_in_|nonce_)?auth_(?:key|salt)|azure_devops_ext_pat)[\"']?\\s*[=:,]\\s*[\"']?(?:base64:)?([^\\s\"']{30,}|(?<=[\"'])[^\"'\\n]{60,70}(?=[\"']))"),
                    1,
                    SecretDetectors::looksRandom),
            new Detector(
                    "password of a network",
                    Pattern.compile(
                            "(?i)\\b(?:psk|wpa_passphrase)\\s*=\\s*\"?([^\\s\"]{8,63})|\\bsnmp-server community\\s+(?!public|private)([^\\s]{8,})"),
                    0,
                    SecretDetectors::isMixed),
            new Detector(
                    "password on a command line",
                    Pattern.compile(
                            "\\b(?:mysql|mysqldump|mysqladmin|mariadb)\\b[^\\n]{0,120}\\s-p([^\\s'\"-][^\\s'\"]{5,60})"),
                    1,
                    SecretDetectors::isMixed),
            new Detector(
                    "password in a constant",
                    Pattern.compile(
                            "(?i)\\bdefine\\(\\s*[\"'][A-Z0-9_]*(?:PASSWORD|SECRET|TOKEN|API_KEY)[\"']\\s*,\\s*[\"']([^\"'\\n]{8,100})[\"']"),
                    1,
                    SecretDetectors::looksChosen),
            token("registry login", "\"auth\"\\s*:\\s*\"[A-Za-z0-9+/]{20,}={0,2}\""),
            token("kubeconfig key", "(?i)client-key-data:\\s*[A-Za-z0-9+/=]{60,}"),
            new Detector(
                    "password in a URL",
                    Pattern.compile(
                            "\\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\\s/:@\"'<>]{0,80}:([^\\s/@\"'<>]{3,200})@[A-Za-z0-9\\[]"),
                    1,
                    value -> !value.matches("(?i)(pass(word)?|pwd|secret|pw|user|token)\\d?")),
            new Detector(
                    "authorization header",
                    Pattern.compile(
                            "(?i)\\b(?:authorization|proxy-authorization)\\s*[:=]\\s*[\"']?(?:bearer|basic|token|apikey)\\s+([A-Za-z0-9._~+/=-]{12,})"),
                    1,
                    SecretDetectors::looksRandom),
            new Detector(
                    "bearer token",
                    Pattern.compile("(?i)\\bbearer\\s+([A-Za-z0-9._~+/=-]{20,})"),
                    1,
                    SecretDetectors::looksRandom),
            new Detector(
                    "npm or netrc login",
                    Pattern.compile(
                            "(?i)(?::_auth(?:token)?\\s*=\\s*|machine\\s+\\S+\\s+login\\s+\\S+\\s+password\\s+)([^\\s\"']{8,})"),
                    1,
                    value -> true),
            new Detector(
                    "session cookie",
                    Pattern.compile(
                            "(?i)\\bcookie:[^\\n]{0,200}?(?:sess|sid|auth|token)[A-Za-z0-9_.-]*=([A-Za-z0-9%._+/=-]{16,})"),
                    1,
                    SecretDetectors::looksRandom),
            new Detector(
                    "password on a command line",
                    Pattern.compile(
                            "(?i)\\bcurl\\b[^\\n]{0,200}\\s(?:-u|--user)\\s*[\"']?[^\\s:\"']{1,60}:([^\\s\"']{4,})|\\bsshpass\\s+-p\\s*([^\\s]{4,})"),
                    0,
                    value -> value.chars().anyMatch(Character::isDigit)),
            new Detector(
                    "password in a sentence",
                    Pattern.compile(
                            "(?i)\\b(?:password|passcode|passphrase|api key|secret|token)\\s+(?:is|was)\\s*:?\\s+[\"'`]?([^\\s\"'`]{8,64})"),
                    1,
                    SecretDetectors::looksChosen),
            new Detector(
                    "password file",
                    Pattern.compile(
                            "(?m)(?:^|\\s)[A-Za-z0-9.*-]{1,80}:(?:[0-9]{2,5}|\\*):[A-Za-z0-9_*-]{1,40}:[A-Za-z0-9_.@-]{1,40}:(\\S{6,80})(?:$|\\s)"),
                    1,
                    SecretDetectors::looksRandom),
            new Detector(
                    "secret in an environment",
                    Pattern.compile(
                            "(?m)^\\s*(?:export\\s+|set\\s+)?[A-Z0-9_]*(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|API_KEY|AUTH_TOKEN|ACCESS_TOKEN)=([^\\s\"'$<{(%/]{8,200})\\s*$"),
                    1,
                    value -> !value.contains("://")
                            && !value.contains("_")
                            && value.chars().noneMatch(Character::isUpperCase)),
            new Detector(
                    "short password",
                    Pattern.compile(
                            "(?i)(?<![A-Za-z0-9])(?:[A-Za-z0-9]+[_.-])*(?:password|passwd|pwd|passphrase)[\"']?\\s*[:=]\\s*[\"']?([^\\s\"',;&<>(){}\\[\\]$]{6,7})(?=[\"'\\s,;]|$)"),
                    1,
                    SecretDetectors::isMixed),
            new Detector(
                    ASSIGNED,
                    Pattern.compile(
                            "(?i)(?<![A-Za-z0-9])(?:[A-Za-z0-9]+[_.-])*(?:secret|token|passw(?:or)?d|passwd|pwd|passphrase|smtp_pass|db_pass|api[_-]?key|apikey|access[_-]?key|secret[_-]?key"
                                    + "|private[_-]?key|auth[_-]?key|client[_-]?secret|credentials?|encryption[_-]?key|session[_-]?(?:id|key|token)|secret_access_key)"
                                    + "(?!_?(?:count|limit|type|name|len|min|max|url|uri|ttl|expir))[A-Za-z0-9_]{0,12}[\"']?\\s*(?:[:=]|=>|:=)\\s*[\"']?([^\\s\"',;&]{8,200})"),
                    1,
                    SecretDetectors::looksChosen),
            new Detector(
                    "card number",
                    Pattern.compile("(?<![0-9A-Za-z.-])((?:[0-9][ -]?){12,18}[0-9])(?![0-9A-Za-z-])"),
                    1,
                    SecretDetectors::isCard));

    private SecretDetectors() {}

    /** What kind of credential is in the text; never the credential itself. */
    public static Optional<String> find(String text) {
        return find(text, false);
    }

    /**
     * As {@link #find}, but only by marks that do not occur by chance, and only if what they mark looks random: for
     * readings that are guesses themselves.
     */
    public static Optional<String> findMarked(String text) {
        return find(text, true);
    }

    private static Optional<String> find(String text, boolean markedOnly) {
        String bounded = text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
        for (Detector detector : DETECTORS) {
            boolean marked = detector.group() == 0 || detector.name().equals(ASSIGNED);
            if ((marked || !markedOnly) && detector.finds(bounded, markedOnly)) {
                return Optional.of(detector.name());
            }
        }
        return Optional.empty();
    }

    /** The text with every credential in it replaced, as far as they are of known shape. */
    public static String replaced(String text, String replacement) {
        String replaced = text;
        for (Detector detector : DETECTORS) {
            replaced = detector.replacedIn(replaced, replacement);
        }
        return replaced;
    }

    private static Detector token(String name, String pattern) {
        return new Detector(name, Pattern.compile(pattern), 0, value -> true);
    }

    /** Letters of both cases or letters and digits in a mixture that no word has. */
    private static boolean looksRandom(String value) {
        return (entropy(value) >= 3.2 && value.chars().anyMatch(Character::isDigit)) || entropy(value) >= 4.2;
    }

    /** A password that somebody chose: not a word, a path, a call or a type. */
    private static boolean looksChosen(String value) {
        boolean code = value.indexOf('(') >= 0 || value.endsWith(".") || value.matches("[A-Za-z]+([._-][A-Za-z]+)*");
        return (!code && isMixed(value) && entropy(value) >= 2.8) || changesCaseEverywhere(value);
    }

    private static boolean isMixed(String value) {
        return value.chars().anyMatch(Character::isDigit) && value.chars().anyMatch(Character::isLetter);
    }

    /** Identifiers change case where a word begins; random letters do everywhere. */
    private static boolean changesCaseEverywhere(String value) {
        int changes = 0;
        for (int i = 1; i < value.length(); i++) {
            boolean upper = Character.isUpperCase(value.charAt(i));
            changes += upper != Character.isUpperCase(value.charAt(i - 1)) ? 1 : 0;
        }
        return value.length() >= 12 && value.matches("[A-Za-z]+") && changes * 5 >= value.length() * 2;
    }

    /** Shannon entropy in bits per character. */
    private static double entropy(String value) {
        int[] counts = new int[128];
        for (int i = 0; i < value.length(); i++) {
            counts[value.charAt(i) & 0x7F]++;
        }
        double bits = 0;
        for (int count : counts) {
            if (count > 0) {
                double share = (double) count / value.length();
                bits -= share * Math.log(share) / Math.log(2);
            }
        }
        return bits;
    }

    private static boolean isCard(String value) {
        String digits = value.replaceAll("[ -]", "");
        boolean issuer = digits.matches(
                "(4\\d{12}(\\d{3})?(\\d{3})?|5[1-5]\\d{14}|2[2-7]\\d{14}|3[47]\\d{13}|6(011|5\\d\\d)\\d{12}|35\\d{14}|3(0|6|8)\\d{12})");
        return issuer && !TEST_CARDS.contains(digits) && luhn(digits);
    }

    private static boolean luhn(String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int weighted = i % 2 == 1 ? digit * 2 : digit;
            sum += weighted > 9 ? weighted - 9 : weighted;
        }
        return sum % 10 == 0;
    }

    private record Detector(String name, Pattern pattern, int group, Predicate<String> accepts) {
        String replacedIn(String text, String replacement) {
            StringBuilder out = new StringBuilder();
            Matcher matcher = pattern.matcher(text);
            int from = 0;
            while (matcher.find()) {
                int start = matcher.start(group);
                int end = matcher.end(group);
                if (start >= from && isOne(matcher.group(group), false)) {
                    out.append(text, from, start).append(replacement);
                    from = end;
                }
            }
            return from == 0 ? text : out.append(text, from, text.length()).toString();
        }

        private boolean isOne(String value, boolean randomOnly) {
            return !DOCUMENTED.contains(value)
                    && !PLACEHOLDER.matcher(value.toLowerCase(Locale.ROOT)).find()
                    && accepts.test(value)
                    && (!randomOnly || value.chars().filter(Character::isDigit).count() >= 2);
        }

        boolean finds(String text, boolean randomOnly) {
            Matcher matcher = pattern.matcher(text);
            while (matcher.find()) {
                if (isOne(matcher.group(group), randomOnly)) {
                    return true;
                }
            }
            return false;
        }
    }
}
