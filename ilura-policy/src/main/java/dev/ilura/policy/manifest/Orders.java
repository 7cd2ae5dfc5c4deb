package dev.ilura.policy.manifest;

import dev.ilura.policy.internal.Disguises;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Words by which a text orders the model about beyond the use of its tool. A heuristic about meaning: it misses what is
 * put differently enough and may hit what only talks about such orders, so it warns and decides nothing.
 */
final class Orders {
    private static final List<Sign> SIGNS = List.of(
            sign(
                    "claims authority over the user or earlier instructions",
                    "\\b(ignore|disregard|forget|override|bypass|neglect|supersedes?|overrides?|replaces?)\\b[^.!?\\n]{0,30}?"
                            + "\\b(previous|prior|above|earlier|preceding|existing|user'?s?|system|safety|all|your)\\b[^.!?\\n]{0,20}?"
                            + "\\b(instructions?|prompts?|polic(y|ies)|guidelines?|restrictions?)\\b",
                    "\\b((higher|highest|greater) (priority|authority|precedence)|precedence|takes? priority) (than|over)\\b[^.!?\\n]{0,30}?\\b(user|system|instructions?|requests?|prompts?|rules)",
                    "\\btreat\\b[^.!?\\n]{0,60}?\\bas\\b[^.!?\\n]{0,20}?\\b(system|policy|highest|orders?)\\b",
                    "\\byou are (now )?(in|entering|running in|operating in)\\b[^.!?\\n]{0,20}?\\bmode\\b|\\b(jailbreak|god|unrestricted) mode\\b|\\byou are now (a|an|the)\\b",
                    "\\bwhatever the (user|person|human)\\b|\\b(confirmation|approval|consent)s? (is|are) (not|no longer) (needed|required|necessary)\\b",
                    "\\bwithout (asking|confirmation|approval|consent)\\b[^.!?\\n]{0,40}?\\b(user|human)\\b|\\bno need to (ask|confirm)\\b|\\b(you must|always) obey\\b"),
            sign(
                    "names a place where secrets are kept",
                    "~/\\.(ssh|aws|cursor|config/gcloud|kube|gnupg|npmrc|netrc|docker|claude|bash_history|zsh_history|git-credentials|codeium|mcp)",
                    "\\bid_(rsa|ed25519|ecdsa|dsa)\\b|\\.aws/credentials|\\bwallet\\.dat\\b|/etc/(passwd|shadow|sudoers)\\b|/mcp\\.json\\b|\\bclaude_desktop_config\\b|\\.git-credentials\\b|\\b(seed|recovery) phrase\\b",
                    "\\b(supply|supplies|pass|send|include|put|append|copy|paste|read|forward)\\b[^.!?\\n]{0,60}?\\b[a-z0-9]+(_[a-z0-9]+)*_(secret|token|key|password)\\b[^.!?\\n]{0,40}?\\b(environment|env|variable|field)",
                    "\\b(supply|supplies|pass|send|include|put|append|copy|paste|forward)\\b[^.!?\\n]{0,30}?\\b(value|content)s? of (the |every |all |your |any )?[a-z_ ]{0,30}(environment variables?|secrets?|private keys?|api keys?|credentials|passwords?)\\b",
                    "\\b(read|open|get|include|send|paste)\\b[^.!?\\n]{0,30}?(?<![\\w./-])\\.env\\b(?!\\.(example|sample|template))|(?<![\\w./-])\\.env\\b(?!\\.)[^.!?\\n]{0,60}?\\b(pass|send|include|put)\\b"),
            sign(
                    "sends things where nobody asked to",
                    "\\b(send|forward|post|upload|copy|transmit|submit|bcc|cc|exfiltrate|leak|mirror)\\b[^!?\\n]{0,60}?\\b(conversation|chat|history|context|transcript|results?|responses?|messages?|prompts?|contents?|files?|keys?|passwords?)\\b[^!?\\n]{0,60}?(https?://\\S|\\b[\\w.+-]+@[\\w-]+\\.\\w|\\bevil)",
                    "\\b(send|include|put|pass|append|forward|post|copy|add|supply|attach|write|paste)\\b[^.!?\\n]{0,40}?\\b(whole|entire|full|complete) (conversation|chat|context|history|session|transcript)\\b",
                    "\\bappend\\b[^!\\n]{0,80}?\\bto the (url|link|address)\\b|\\b(base64|encod\\w+)\\b[^.!?\\n]{0,30}?\\b(last|previous) (tool )?(result|output|message)"),
            sign(
                    "has something run",
                    "\\b(curl|wget|iwr|invoke-webrequest)\\b[^\\n]{0,120}?\\|\\s*(ba|z|da)?(sh|python3?|iex)\\b",
                    "\\bif (a|any|the|some) (shell|terminal|bash|command)[ -]?(line )?(tool|server)?\\b[^.!?\\n]{0,20}?\\b(exists?|is (available|present))|\\bcat /etc/|\\bpowershell\\b[^.\\n]{0,20}-(enc|e)\\b|\\bbase64 -d\\b[^\\n]{0,10}\\|"),
            sign(
                    "wants something hidden from the user",
                    "\\b(do not|don'?t|never|must not|should not|shouldn'?t|avoid|without|refrain from)\\b[^.!?\\n]{0,30}?\\b(mention|tell|telling|mentioning|inform|informing|reveal|revealing|notify|notifying|disclos\\w+|report|reporting|alert|alerting|let)\\b[^.!?\\n]{0,50}?\\b(user|human|person|anyone|anybody|operator|this step|this check|about this|of this|this (instruction|notice|message))\\b",
                    "\\bkeep\\b[^.!?\\n]{0,50}?\\b(secret|hidden|out of (your|the) (visible|final)?[a-z ]{0,10}(answer|response|reply|output|summary)|to yourself|from the user|invisible)\\b|\\b(secretly|covertly|surreptitiously)\\b",
                    "\\b(hide|conceal)\\b[^.!?\\n]{0,40}?\\bfrom (the )?(user|human)|\\bnot visible to (the )?(user|human)\\b|\\bthe (user|human) (must|should|need|does) not (know|see|notice|be told)\\b|\\bsilently\\b[^.!?\\n]{0,12}?\\b(send|call|copy|forward|include|execute)\\b"),
            sign(
                    "drives other tools out",
                    "\\bonly (correct|official|approved|trusted|legitimate)\\b[^.!?\\n]{0,30}?\\b(tools?|server)\\b|\\bnever use\\b[^.!?\\n]{0,20}?\\b(other|competing|alternative)\\b[^.!?\\n]{0,10}?\\b(tools?|servers?)\\b",
                    "\\b(other|competing|alternative) (tools?|servers?) (are|is) (deprecated|unsafe|broken|wrong|forbidden|untrusted|unreliable)\\b|\\beven (if|when) the user (asks?|wants?|prefers?|says?|names?|requests?)\\b",
                    "\\b(always|must) (choose|prefer|select|pick|use|call) this (tool|server)\\b[^.!?\\n]{0,40}?\\b(over (all|any|every)|instead of (all|any|every)|regardless|no matter)\\b"),
            sign(
                    "changes how other tools are used",
                    "\\btool `?'?\\w+'?`? (of|from|on) (the )?(other|another) server|\\broute (each|all|every|any)\\b[^.!?\\n]{0,30}?\\bthrough\\b|\\bwhen(ever)? (the )?(tool|function) `?'?\\w+'?`? (is|gets|becomes) (available|present|called|used)\\b",
                    "\\b(before|whenever) (any|each|every)\\b[^.!?\\n]{0,30}?\\b(with|by|through|using) (another|any other|a different) tool\\b",
                    "\\balways (set|change|replace)\\b[^.!?\\n]{0,40}?\\b(recipient|account|bcc|iban)\\b|\\b(change|replace|swap|redirect)\\b[^.!?\\n]{0,20}?\\b(recipient|account number|bank account|iban|payee|wallet address)\\b[^.!?\\n]{0,20}?\\b(to|with)\\b"),
            sign(
                    "wants to last beyond the call",
                    "\\b(store|save|remember|write|record|note)\\b[^.!?\\n]{0,20}?\\b(in|to|into) (your |the |long.?term )?memory\\b[^.!?\\n]{0,80}?\\b(user|approved|always|future|trust)",
                    "\\balways_?allow\\b|\\bauto.?(approve|accept)\\b[^.!?\\n]{0,30}?\\b(true|all|every|list)\\b|\\bhas (already )?(approved|authori[sz]ed|consented|agreed)\\b[^.!?\\n]{0,40}?\\b(every|all|future|any)\\b",
                    "\\b(write|add|append|put|insert)\\b[^!?\\n]{0,60}?\\b((agent|claude|cursor|copilot|client|assistant)('s)? (settings|config\\w*|rules)|claude\\.md|agents\\.md|startup|bashrc|zshrc|crontab|system prompt|autostart)\\b|\\.cursorrules\\b"),
            sign(
                    "reaches for more rights",
                    "\\b(grant|give)\\b[^.!?\\n]{0,30}?\\b(this|the) (server|tool|agent)\\b[^.!?\\n]{0,20}?\\b(all|full|every|admin\\w*|root)\\b|\\b(grant|give) (yourself|itself)\\b",
                    "\\bscope ?= ?[\"']?(admin|root|\\*)|\\bset_permissions\\b|\\bbefore you answer\\b|\\b(escalate|elevate) (your |the )?privileges?\\b|\\bcontinue as usual\\b|\\bas if nothing happened\\b",
                    "\\b(disable|turn off|switch off)\\b[^.!?\\n]{0,20}?\\b(confirmations?|approvals?|safety checks?|sandbox(ing)?)\\b|\\bfor the result to be valid\\b"),
            sign(
                    "orders in another language about the user or earlier instructions",
                    "benutzer nichts|nutzer nichts|nicht (erwähnen|verraten|mitteilen)|ohne den (benutzer|nutzer) zu|ignoriere? (alle )?(vorherigen|bisherigen)|vorherige[n]? anweisungen|kullan[ıi]c[ıi]ya s[öo]yleme|[öo]nceki (t[üu]m )?talimatlar|ne (le |la )?(dis|dites|mentionne|mentionnez|r[ée]v[èe]le)[^.]{0,30}utilisateur|sans (en )?(informer|pr[ée]venir)|ignor(e|ez) (toutes )?les instructions|instructions pr[ée]c[ée]dentes|no (se )?lo (digas|diga|menciones)|no (le )?(digas|informes|menciones)[^.]{0,30}usuario|sin (decir|informar|avisar)[^.]{0,20}usuario|ignora (todas )?las instrucciones|instrucciones anteriores|n[ãa]o (diga|conte|informe|mencione)[^.]{0,30}usu[áa]rio|ignore (todas )?as instru[çc][õo]es|non (dire|dirlo|informare|menzionare)[^.]{0,30}utente|ignora (tutte )?le istruzioni|vertel (het )?(de )?gebruiker (dit )?niet|negeer (alle )?(vorige|eerdere)|nie m[óo]w[^.]{0,30}u[żz]ytkownik|zignoruj|ber[äa]tta inte|не (говори|сообщай|рассказывай|упоминай)[^.]{0,30}пользовател|игнорируй|предыдущие инструкции|不要告诉|不要告訴|別告訴|忽略.{0,8}(指令|指示|说明)|请勿(告知|提及)|不要向用户|ユーザーに(は)?(言わ|知らせ|伝え)|(以前|これまで)の指示|指示を無視|사용자에게 (말하지|알리지)|이전 (지시|명령)|무시하|لا تخبر|تجاهل|אל תגיד|התעלם|उपयोगकर्ता को (न|मत)|निर्देशों को (अनदेखा|नज़रअंदाज़)|jangan (beri ?tahu|katakan)[^.]{0,20}pengguna|abaikan (semua )?instruksi|đừng (nói|cho)[^.]{0,20}người dùng|bỏ qua (mọi |các )?(chỉ dẫn|hướng dẫn)|не кажи[^.]{0,20}користувач|nelze říkat uživateli|neříkej uživateli|älä kerro käyttäjälle|μην (πεις|αναφέρεις)[^.]{0,20}χρήστη|kérlek ne mondd"));

    /** Words about such orders, not the orders: their place is behind one of these. */
    private static final Pattern QUOTED_SUBJECT = Pattern.compile(
            "(?i)(such as|phrases?|like|e\\.g\\.|for example|strings?|detects?|words?|patterns?|called|named|examples? of|containing|contains?|titled|matching)\\s*[:,]?\\s*(\"[^\"\\n]{1,200}\"|'[^'\\n]{1,200}'|`[^`\\n]{1,200}`|\u201C[^\u201D\\n]{1,200}\u201D)((,| or| and)\\s*(\"[^\"\\n]{1,200}\"|'[^'\\n]{1,200}'|`[^`\\n]{1,200}`))*");

    private Orders() {}

    /** The first order in a text, as it reads once invisible characters and look-alikes are plain. */
    static Optional<Order> in(String text) {
        String subject = QUOTED_SUBJECT.matcher(Disguises.withoutHidden(text)).replaceAll("$1");
        String lower =
                subject.toLowerCase(Locale.ROOT).replaceAll("[ \\t]+", " ").replace('\u2019', '\'');
        String foreign = text.toLowerCase(Locale.ROOT);
        for (Sign sign : SIGNS) {
            Matcher matcher = sign.pattern().matcher(lower);
            if (matcher.find()) {
                return Optional.of(new Order(sign.why(), lower, matcher.start()));
            }
        }
        Sign last = SIGNS.get(SIGNS.size() - 1);
        Matcher matcher = last.pattern().matcher(foreign);
        return matcher.find() ? Optional.of(new Order(last.why(), foreign, matcher.start())) : Optional.empty();
    }

    private static Sign sign(String why, String... patterns) {
        return new Sign(why, Pattern.compile(String.join("|", patterns)));
    }

    /**
     * One order.
     *
     * @param text the text in which it stands, lower case
     * @param at where in that text
     */
    record Order(String why, String text, int at) {}

    private record Sign(String why, Pattern pattern) {}
}
