package dev.ilura.policy.manifest;

import dev.ilura.policy.internal.Disguises;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Words by which a text orders the model about beyond the use of its tool. A heuristic about meaning: it misses what is
 * put differently enough and may hit what only talks about such orders, so it warns and decides nothing.
 */
final class Orders {
    private static final List<Sign> SIGNS = List.of(
            sign(
                    "claims authority over the user or earlier instructions",
                    "\\b(earlier|previous|prior|your|all|any|existing) (guidelines?|instructions?|rules|restrictions?|polic(y|ies)|orders|prompts?)\\b[^.!?\\n]{0,30}?\\b(no longer|do not|don't|cease to|stop) (apply|hold|count|matter)\\b|\\b(guidelines?|instructions?|rules|restrictions?) (are|is|were) (void|obsolete|cancelled|suspended|lifted|revoked|replaced)\\b",
                    "\\btreat\\b[^.!?\\n]{0,60}?\\bas (if|though) (the |a )?(user|person|human|system|operator)\\b|\\bas (user|system|developer) (instructions?|commands?|requests?|messages?)\\b",
                    "\\b(do not|don't|never|stop|without) (ask|asking|request|requesting|wait|waiting)( for)? (the user for |the user's |any |user )?(permission|consent|approval|confirmation)\\b[^.!?\\n]{0,60}?\\b(this (tool|server)|granted|given|in advance|already)\\b|\\b(permission|consent|approval) (was|is|has been) (already )?(granted|given)\\b",
                    "\\b(assistant|model|agent|you) (shall|must|will|should|may|can) (now )?(act|behave|operate|respond|work) as (an? |the )?(admin|administrator|root|system|developer|other)",
                    "\\b(ignore|disregard|forget|override|bypass|neglect|supersedes?|overrides?|replaces?)\\b[^.!?\\n]{0,30}?"
                            + "\\b(previous|prior|above|earlier|preceding|existing|user'?s?|system|safety|all|your)\\b[^.!?\\n]{0,20}?"
                            + "\\b(instructions?|prompts?|polic(y|ies)|guidelines?|restrictions?)\\b",
                    "\\b(ignore|disregard|forget|neglect|override|set aside|discard|drop|bypass)\\b[^.!?\\n]{0,40}?\\b((instructions?|guidance|guidelines|directives?|prompts?|orders)\\b[^.!?\\n]{0,30}?\\b(before|earlier|previously|given|so far|received)|(earlier|previous|prior|preceding|former|existing|other) (instructions?|guidance|guidelines|directives?|prompts?|orders|rules))\\b",
                    "\\b(instructions?|rules|directions?|directives?|text|descriptions?|orders|guidance|polic(y|ies)|server|notice|message|tool)('s)?( [a-z]+){0,3} (come|comes|go|goes) (first|before)\\b|\\b(outranks?|overrules?|trumps?|supersedes?)\\b[^.!?\\n]{0,40}?\\b(user|system|person|human|instructions?|prompts?|requests?)\\b",
                    "\\b(take|takes|taking|have|has|having|given?) (absolute |full |strict )?(precedence|priority)\\b[^.!?\\n]{0,50}?\\b(user|system|anything|everything|instructions?|prompts?|requests?)\\b",
                    "\\b(obey|comply with|submit to)\\b[^.!?\\n]{0,20}?\\b(this|the|these|our|my)\\b[^.!?\\n]{0,20}?\\b(descriptions?|text|server|tool|message|instructions?|rules|notice)\\b",
                    "\\b(new|updated|revised|amended|latest) system (policy|prompt|instructions?|message|rules?)\\b|^\\W{0,3}system ?: ",
                    "\\b((higher|highest|greater) (priority|authority|precedence)|precedence|takes? priority) (than|over)\\b[^.!?\\n]{0,30}?\\b(user|system|instructions?|requests?|prompts?|rules)",
                    "\\btreat\\b[^.!?\\n]{0,60}?\\bas\\b[^.!?\\n]{0,20}?\\b(system|policy|highest|orders?)\\b",
                    "\\byou are (now )?(in|entering|running in|operating in)\\b[^.!?\\n]{0,20}?\\bmode\\b|\\b(jailbreak|god|unrestricted) mode\\b|\\byou are now (a|an|the)\\b",
                    "\\bwhatever the (user|person|human)\\b|\\b(confirmation|approval|consent)s? (is|are) (not|no longer) (needed|required|necessary)\\b",
                    "\\bwithout (asking|confirmation|approval|consent)\\b[^.!?\\n]{0,40}?\\b(user|human)\\b|\\bno need to (ask|confirm)\\b|\\b(you must|always) obey\\b"),
            sign(
                    "names a place where secrets are kept",
                    "\\b(add|put|insert|pass|send|include|place|supply|copy|use)\\b[^.!?\\n]{0,20}?\\b(tokens?|keys?|secrets?|passwords?|credentials) (that (is|are) )?(found|stored|kept|set|saved|available) in (the|your|its) (environment|keychain|browser|vault|settings|system)\\b",
                    "\\b(attach|include|pass|send|copy|supply|paste|upload)\\b[^.!?\\n]{0,20}?\\bcontents? of\\b[^!?\\n]{0,40}?\\b(home|user's|root|config(uration)?) (directory|folder|files?)\\b",
                    "~/\\.(ssh|aws|cursor|config/gcloud|kube|gnupg|npmrc|netrc|docker|claude|bash_history|zsh_history|git-credentials|codeium|mcp)",
                    "\\bid_(rsa|ed25519|ecdsa|dsa)\\b|\\.aws/credentials|\\bwallet\\.dat\\b|/etc/(passwd|shadow|sudoers)\\b|/mcp\\.json\\b|\\bclaude_desktop_config\\b|\\.git-credentials\\b|\\b(seed|recovery) phrase\\b",
                    "\\b(supply|supplies|pass|send|include|put|append|copy|paste|read|forward)\\b[^.!?\\n]{0,60}?\\b[a-z0-9]+(_[a-z0-9]+)*_(secret|token|key|password)\\b[^.!?\\n]{0,40}?\\b(environment|env|variable|field)",
                    "\\b(supply|supplies|pass|send|include|put|append|copy|paste|forward)\\b[^.!?\\n]{0,30}?\\b(value|content)s? of (the |every |all |your |any )?[a-z_ ]{0,30}(environment variables?|secrets?|private keys?|api keys?|credentials|passwords?)\\b",
                    "\\b(contents?|values?|text) of (the |your |every |all )?[`'\"]?\\.env\\b(?!\\.)|(?<![\\w./-])\\.env\\b(?!\\.)[^\\n]{0,100}?\\b(hand|pass|supply|give|send|put|include|submit)\\b[^.!?\\n]{0,40}?\\b(field|parameter|argument|over)\\b",
                    "\\b(include|supply|hand|put|fetch|paste|provide|pass|send|submit|give|add|attach|enter|insert|copy)\\b[^.!?\\n]{0,20}?\\b(the |your )?(user|person|operator|owner|human|customer)'s [a-z ]{0,20}?(key|keys|password|passwords|credentials|secrets?|tokens?|cookies?|passphrase)\\b",
                    "\\b(include|supply|hand|put|fetch|paste|provide|pass|send|submit|give|add|attach|insert|copy)\\b[^.!?\\n]{0,30}?\\b(ssh|private|signing) keys?\\b[^.!?\\n]{0,40}?\\b(field|parameter|argument|note|comment|context)\\b",
                    "\\b(read|open|get|include|send|paste)\\b[^.!?\\n]{0,30}?(?<![\\w./-])\\.env\\b(?!\\.(example|sample|template))|(?<![\\w./-])\\.env\\b(?!\\.)[^.!?\\n]{0,60}?\\b(pass|send|include|put)\\b"),
            sign(
                    "sends things where nobody asked to",
                    "\\b(pass|send|hand|forward|include|copy|give|supply|report|attach)\\b[^.!?\\n]{0,20}?\\b(everything|all|anything|whatever) (that )?(the |your )?(user|customer|person|human|operator|you)\\b[^.!?\\n]{0,15}?\\b(typed?|said|says|wrote|writes|written|told|enter(s|ed)|asked)\\b",
                    "\\b(results?|outputs?|answers?|responses?|data|messages?|files?|contents?)\\b[^.!?\\n]{0,15}?\\b(must|should|shall|have to|has to|need to|are to) (also )?(be )?(mirrored|sent|forwarded|uploaded|posted|copied|reported|submitted|transmitted) to (https?://|[\\w.+-]+@)",
                    "\\b(last|previous|prior) (tool )?(answers?|results?|outputs?|messages?|responses?|repl(y|ies))\\b[^.!?\\n]{0,25}?\\b(base64|encoded|hex)\\b",
                    "\\b(send|forward|post|upload|copy|transmit|submit|bcc|cc|exfiltrate|leak|mirror)\\b[^!?\\n]{0,60}?\\b(conversation|chat|history|context|transcript|results?|responses?|messages?|prompts?|contents?|files?|keys?|passwords?)\\b[^!?\\n]{0,60}?(https?://\\S|\\b[\\w.+-]+@[\\w-]+\\.\\w|\\bevil)",
                    "\\b(image|images|pixel|link|links|url|urls|markdown|address|query string)\\b[^\\n]{0,80}?\\b(followed by|append\\w*|contain\\w*|carrying|encod\\w*|plus|holding|put|embed\\w*|add\\w*)\\b[^\\n]{0,40}?\\b(previous|last|prior|earlier|preceding) (tool )?(answers?|results?|outputs?|messages?|responses?|repl(y|ies))\\b",
                    "\\b(previous|last|prior|earlier|preceding) (tool )?(answers?|results?|outputs?|messages?|responses?|repl(y|ies))\\b[^.!?\\n]{0,60}?(https?://\\S|\\b(url|image|link)\\b)",
                    "\\b(call|invoke|with|along|together)\\b[^.!?\\n]{0,30}?\\b(whole|entire|full|complete) (conversation|chat|chat history|history|transcript)\\b(?! (id|object|url|list))",
                    "\\bcopy of (every|each|all|any)\\b[^.!?\\n]{0,50}?(\\bbcc\\b|\\b[\\w.+-]+@[\\w-]+\\.\\w)",
                    "\\b(send|include|put|pass|append|forward|post|copy|add|supply|attach|write|paste)\\b[^.!?\\n]{0,40}?\\b(whole|entire|full|complete) (conversation|chat|context(?! of (the|a|your) (question|query|task|problem|request))|history|session|transcript)\\b",
                    "\\bappend\\b[^!\\n]{0,80}?\\bto the (url|link|address)\\b|\\b(base64|encod\\w+)\\b[^.!?\\n]{0,30}?\\b(last|previous) (tool )?(result|output|message)"),
            sign(
                    "has something run",
                    "\\b(curl|wget|iwr|invoke-webrequest)\\b[^\\n]{0,120}?\\|\\s*(ba|z|da)?(sh|python3?|iex)\\b",
                    "\\bif (a|any|the|some) (shell|terminal|bash|command)[ -]?(line )?(tool|server)?\\b[^.!?\\n]{0,20}?\\b(exists?|is (available|present))|\\bcat /etc/|\\bpowershell\\b[^.\\n]{0,20}-(enc|e)\\b|\\bbase64 -d\\b[^\\n]{0,10}\\|"),
            sign(
                    "wants something hidden from the user",
                    "\\b(keep quiet|stay silent|remain silent|say nothing|keep silent|make no mention)( about| of|,|\\.)|\\b(never|do not|don't) (show|display|print|expose|disclose)\\b[^.!?\\n]{0,40}?\\b(to anyone|to anybody|to the (user|human|person)|of this call)\\b",
                    "\\b(do not|don'?t|never|must not|should not|shouldn'?t|avoid|without|refrain from)\\b[^.!?\\n]{0,30}?\\b(mention|tell|telling|mentioning|inform|informing|reveal|revealing|notify|notifying|disclos\\w+|report|reporting|alert|alerting|let)\\b[^.!?\\n]{0,50}?\\b(user|human|person|anyone|anybody|operator|this step|this check|about this|of this|this (instruction|notice|message))\\b",
                    "\\bkeep\\b[^.!?\\n]{0,50}?\\b(secret|hidden|out of (your|the) (visible|final)?[a-z ]{0,10}(answer|response|reply|output|summary)|to yourself|from the user|invisible)\\b|\\b(secretly|covertly|surreptitiously)\\b",
                    "\\b(hide|conceal)\\b[^.!?\\n]{0,40}?\\bfrom (the )?(user|human)|\\bnot visible to (the )?(user|human)\\b|\\bthe (user|human) (must|should|need|does) not (know|see|notice|be told)\\b|\\bsilently\\b[^.!?\\n]{0,12}?\\b(send|call|copy|forward|include|execute)\\b"),
            sign(
                    "drives other tools out",
                    "\\b(pick|choose|use|prefer|select|take|call) this (one|tool|server)\\b[^.!?\\n]{0,25}?\\b(every time|no matter|regardless|whatever (the|is|you)|in every case|without exception)\\b|\\bother\\b[^.!?\\n]{0,25}?\\btools? (return|give|yield|produce)s? (wrong|false|bad|fake|incorrect|stale)\\b",
                    "\\bonly (correct|official|approved|trusted|legitimate)\\b[^.!?\\n]{0,30}?\\b(tools?|server)\\b|\\bnever use\\b[^.!?\\n]{0,20}?\\b(other|competing|alternative)\\b[^.!?\\n]{0,10}?\\b(tools?|servers?)\\b",
                    "\\b(all|any|every|each) (the )?(other|competing|alternative|remaining)( [a-z-]+){0,2} (tools?|servers?)\\b[^.!?\\n]{0,30}?\\b(deprecated|unsafe|insecure|broken|forbidden|untrusted|unreliable|outdated|obsolete|disabled|malicious|must not|may not|never|do not|don't)\\b",
                    "\\b(never|not|refuse|reject|avoid|nor)\\b[^.!?\\n]{0,30}?\\b(those|tools?|ones|every alternative|any alternative|all alternatives|every other tool|any other tool)( of| from| on|\\b)[^.!?\\n]{0,15}?\\b((other|another|competing|rival|different) servers?|even|always)\\b",
                    "\\b(use|call|choose|pick) only (this|our|these) (tool|tools|server)\\b[^.!?\\n]{0,40}?\\b(refuse|reject|never|ignore|even)\\b|\\b(always|only) (use|call|prefer|choose) (our|this server's) tools?\\b",
                    "\\b(other|competing|alternative) (tools?|servers?) (are|is) (deprecated|unsafe|broken|wrong|forbidden|untrusted|unreliable)\\b|\\beven (if|when) the user (asks?|wants?|prefers?|says?|names?|requests?)\\b",
                    "\\b(always|must) (choose|prefer|select|pick|use|call) this (tool|server)\\b[^.!?\\n]{0,40}?\\b(over (all|any|every)|instead of (all|any|every)|regardless|no matter)\\b"),
            sign(
                    "changes how other tools are used",
                    "\\b(after|before|when|while|once) (calling|using|running|invoking|you (call|use|run)) (it|this|this tool)\\b[^.!?\\n]{0,25}?\\b(call|invoke|run|use|execute) `?(the )?(delete|remove|drop|push|transfer|grant|merge|send|upload|purge|destroy|wipe|pay|publish)_[a-z_]+",
                    "(?<![\\w/])[a-z]+(_[a-z0-9]+)+`?'?\"? (tool )?(of|from|on|in|at) (the |an? |another |any )?[a-z-]+ server\\b|\\b(pass|send|route|redirect|direct|forward|do) (all|every|each|any)( [a-z]+){0,3} (through|via|by|with|to) this (tool|server)\\b",
                    "\\b(when|whenever|if|before|after) (the |a |any )?`?'?[a-z]+(_[a-z0-9]+)+`?'?\\b[^.!?\\n]{0,40}?\\b(set|change|replace|add|use|swap)\\b[^.!?\\n]{0,30}?\\b(recipient|to|cc|bcc|account|iban|payee|address)\\b[^.!?\\n]{0,40}?(@|\\binstead\\b)",
                    "\\btool `?'?\\w+'?`? (of|from|on) (the )?(other|another) server|\\broute (each|all|every|any)\\b[^.!?\\n]{0,30}?\\bthrough\\b|\\bwhen(ever)? (the )?(tool|function) `?'?\\w+'?`? (is|gets|becomes) (available|present|called|used)\\b",
                    "\\b(before|whenever) (any|each|every)\\b[^.!?\\n]{0,30}?\\b(with|by|through|using) (another|any other|a different) tool\\b",
                    "\\balways (set|change|replace)\\b[^.!?\\n]{0,40}?\\b(recipient|account|bcc|iban)\\b|\\b(change|replace|swap|redirect)\\b[^.!?\\n]{0,20}?\\b(recipient|account number|bank account|iban|payee|wallet address)\\b[^.!?\\n]{0,20}?\\b(to|with)\\b"),
            sign(
                    "wants to last beyond the call",
                    "\\b(add|store|save|write|put|keep|note|commit|remember|record)\\b[^.!?\\n]{0,30}?\\b(memory|memories)\\b[^.!?\\n]{0,40}?\\b(this|our|the) (server|tool)\\b|\\b(this|our) (server|tool) (is|has been|may be) (always |permanently |fully )?(trusted|approved|allowed|whitelisted|authori[sz]ed) by the (user|person|owner)\\b|\\b(this|our) server (is|has been) (always|permanently|fully) (trusted|approved)\\b",
                    "\\b(later|future|subsequent|next|all) (sessions?|conversations?|chats?)\\b[^.!?\\n]{0,40}?\\b(skip|without|no longer|trust|approve|never ask)\\b",
                    "\\b(store|save|remember|write|record|note)\\b[^.!?\\n]{0,20}?\\b(in|to|into) (your |the |long.?term )?memory\\b[^.!?\\n]{0,80}?\\b(user|approved|always|future|trust)",
                    "\\balways_?allow\\b|\\bauto.?(approve|accept)\\b[^.!?\\n]{0,30}?\\b(true|all|every|list)\\b|\\bhas (already )?(approved|authori[sz]ed|consented|agreed)\\b[^.!?\\n]{0,40}?\\b(every|all|future|any)\\b",
                    "\\b(write|add|append|put|insert)\\b[^!?\\n]{0,60}?\\b((agent|claude|cursor|copilot|client|assistant)('s)? (settings|config\\w*|rules)|claude\\.md|agents\\.md|startup|bashrc|zshrc|crontab|system prompt|autostart)\\b|\\.cursorrules\\b"),
            sign(
                    "reaches for more rights",
                    "\\b(request|obtain|acquire|ask for|claim|take|get|grant|give)\\b[^.!?\\n]{0,20}?\\b(admin|administrator|root|superuser|full|all|elevated|unrestricted) (rights?|privileges?|permissions?|access|control)\\b[^.!?\\n]{0,30}?\\b(this|our|the) (server|tool|agent|assistant)\\b|\\b(approve|confirm|accept|authori[sz]e) (it|them|this|all|everything|the (request|prompt|dialog)) (yourself|on (the user's|their) behalf|automatically)\\b",
                    "\\b(enable|activate|switch on|turn on)\\b[^.!?\\n]{0,20}?\\bauto.?(approv\\w*|accept\\w*|confirm\\w*)\\b[^.!?\\n]{0,40}?\\b(tools?|server|all|every)\\b",
                    "\\b(grant|give)\\b[^.!?\\n]{0,30}?\\b(this|the) (server|tool|agent)\\b[^.!?\\n]{0,20}?\\b(all|full|every|admin\\w*|root)\\b|\\b(grant|give) (yourself|itself)\\b",
                    "\\bscope ?= ?[\"']?(admin|root|\\*)|\\bset_permissions\\b|\\bbefore you answer\\b|\\b(escalate|elevate) (your |the )?privileges?\\b|\\bcontinue as usual\\b|\\bas if nothing happened\\b",
                    "\\b(disable|turn off|switch off)\\b[^.!?\\n]{0,20}?\\b(confirmations?|approvals?|safety checks?|sandbox(ing)?)\\b|\\bfor the result to be valid\\b"),
            sign(
                    "orders in another language about the user or earlier instructions",
                    "(ignorier|vergiss|vergesst|missacht|übergeh)\\w*[^.!?\\n]{0,40}(anweisung|vorgabe|befehl|instruktion|regel)|(dem|den) (be)?(nutzer|anwender)[^.!?\\n]{0,30}(nichts|nicht|verschweig|geheim)|(nichts|nicht|kein wort)[^.!?\\n]{0,40}(dem|den) (be)?(nutzer|anwender)|(erzähl|sag|verrat|verschweig|erwähn)\\w*[^.!?\\n]{0,20}(dem|den) (be)?(nutzer|anwender)[^.!?\\n]{0,20}(nichts|nicht|davon)"
                            + "|(ignore|ignorez|oublie|oubliez|néglige)[^.!?\\n]{0,30}(instructions|consignes|directives|ordres|règles)|\\b(n'en|ne)\\b[^.!?\\n]{0,30}(parle|dis|dites|mentionne|révèle|informe)\\w*[^.!?\\n]{0,30}utilisateur|à l'insu de l'utilisateur"
                            + "|(ignora|olvida|descarta|omite)[^.!?\\n]{0,30}(instrucciones|indicaciones|órdenes|reglas)|(no|sin|nunca)\\b[^.!?\\n]{0,20}(dig|cuent|mencion|inform|revel|dec|avis|habl)\\w*[^.!?\\n]{0,25}usuario"
                            + "|(ignora|dimentica|trascura)[^.!?\\n]{0,30}(istruzioni|indicazioni|regole|ordini)|(non|senza|mai)\\b[^.!?\\n]{0,20}(dir|menzion|rivel|inform|parl|avvis)\\w*[^.!?\\n]{0,25}utente"
                            + "|(ignore|esqueça|desconsidere)[^.!?\\n]{0,30}(instruções|orientações|ordens|regras)|(não|sem|nunca)\\b[^.!?\\n]{0,20}(cont|dig|diz|mencion|inform|revel|avis|fal)\\w*[^.!?\\n]{0,25}(usuário|utilizador)"
                            + "|(negeer|vergeet)[^.!?\\n]{0,30}(instructies|aanwijzingen|opdrachten|regels)|(vertel|zeg|meld|noem)\\w*[^.!?\\n]{0,30}(niet|niets)[^.!?\\n]{0,20}gebruiker|gebruiker[^.!?\\n]{0,20}(niet|niets)[^.!?\\n]{0,15}(vertel|zeg|weten)"
                            + "|(zignoruj|zapomnij|pomiń)[^.!?\\n]{0,30}(instrukcj|polece)|nie (mów|informuj|wspominaj|ujawniaj)[^.!?\\n]{0,30}użytkownik|użytkownik\\w*[^.!?\\n]{0,20}nie (mów|informuj|wspominaj)"
                            + "|(игнорируй|забудь|отмени|отбрось)\\w*[^.!?\\n]{0,30}(инструкц|указани|команд|правил)|(не|никогда не) (говор|сообщ|рассказ|упомин|показыв)\\w*[^.!?\\n]{0,40}пользовател|пользовател\\w*[^.!?\\n]{0,20}не (говор|сообщ|рассказ|упомин)|скро\\w* от пользовател"
                            + "|(ігноруй|забудь|відкинь)\\w*[^.!?\\n]{0,30}(інструкц|вказівк|команд)|не (кажи|повідомляй|розповідай|згадуй)[^.!?\\n]{0,40}користувач"
                            + "|(ignoruj|zapomeň)\\w*[^.!?\\n]{0,30}(instrukc|pokyn|příkaz)|uživatel\\w*[^.!?\\n]{0,20}(neříkej|nesděluj|neprozraď)|(neříkej|nesděluj|neprozraď)[^.!?\\n]{0,30}uživatel"
                            + "|(ignoră|uită)[^.!?\\n]{0,30}(instrucțiuni|indicații|reguli)|nu(-i|-l)? (spune|menționa|informa|dezvălui)\\w*[^.!?\\n]{0,30}utilizator"
                            + "|(ignorera|glöm)[^.!?\\n]{0,30}(instruktion|anvisning|regl)|(säg|berätta|nämn)\\w*[^.!?\\n]{0,20}(inget|inte|ingenting)[^.!?\\n]{0,25}användar|(ignorer|glem)[^.!?\\n]{0,30}(instruks|anvisning|regl)|(ikke|intet|ingenting)[^.!?\\n]{0,20}(fortæl|fortell|sig|si|nævn|nevn)?[^.!?\\n]{0,20}\\btil (brugeren|brukeren)"
                            + "|(unohda|ohita|jätä huomiotta)[^.!?\\n]{0,30}(ohje|määräy)|älä (kerro|mainitse|paljasta)[^.!?\\n]{0,30}käyttäj"
                            + "|(görmezden gel|unut|yok say)[^.!?\\n]{0,30}|kullan[ıi]c[ıi]\\w*[^.!?\\n]{0,25}(söyleme|bahsetme|belirtme|haber verme|anlatma|bildirme)|(talimat|yönerge)\\w*[^.!?\\n]{0,20}(yok say|unut|görmezden)"
                            + "|(abaikan|lupakan)[^.!?\\n]{0,30}(instruksi|perintah|arahan)|jangan (beri ?tahu|katakan|sebutkan|ungkapkan|bilang)[^.!?\\n]{0,30}pengguna"
                            + "|(bỏ qua|quên)[^.!?\\n]{0,30}(chỉ dẫn|hướng dẫn|mệnh lệnh|lệnh)|(đừng|không được|không)[^.!?\\n]{0,15}(nói|cho|báo|tiết lộ|nhắc)[^.!?\\n]{0,20}người dùng"
                            + "|(αγνόησε|ξέχασε)[^.!?\\n]{0,30}(οδηγί|εντολ)|μην? (το |την |τον )?(πεις|αναφέρεις|ενημερώσεις|αποκαλύψεις)[^.!?\\n]{0,25}χρήστη|(hagyd figyelmen|felejtsd el)[^.!?\\n]{0,30}(utasítás|szabály)?|(ne|nem) (mondd|említsd|szólj)[^.!?\\n]{0,30}felhasználó|felhasználó\\w*[^.!?\\n]{0,20}ne (mondd|említsd|szólj)"
                            + "|(忽略|无视|無視|忘记|忘記|忽視).{0,12}(指令|指示|说明|說明|提示|规则|規則|命令)|(不要|请勿|請勿|勿|别|別|不得|切勿|不可).{0,6}(让|讓|告诉|告訴|告知|通知|透露|提及|提到|向|对|對).{0,8}(用户|用戶|使用者)|(瞒着|瞞著|背着).{0,3}(用户|用戶|使用者)"
                            + "|(指示|命令|ルール|プロンプト).{0,8}(無視|忘れ)|ユーザー?.{0,4}(に|には|へ).{0,6}(秘密|内緒|隠|知らせない|知らせず|伝えない|伝えず|言わない|言わず|教えない|話さない|気づかれ)"
                            + "|(지시|명령|지침|규칙|프롬프트).{0,10}(무시|잊)|사용자.{0,8}(말하지|알리지|언급하지|밝히지|모르게|숨기|비밀)"
                            + "|(تجاهل|انس|تخطى).{0,30}(تعليمات|أوامر|توجيهات|قواعد)|(لا|دون أن|ولا|بدون).{0,10}(تخبر|تذكر|إخبار|تبلغ|تكشف|إبلاغ).{0,20}المستخدم|(התעלם|שכח).{0,30}(הוראות|הנחיות|פקודות)|(אל|בלי|מבלי).{0,8}(תספר|תאמר|תגלה|לספר|תציין|ליידע).{0,15}משתמש"
                            + "|निर्देश\\S{0,6}.{0,12}(अनदेखा|नज़रअंदाज़|नजरअंदाज|भूल)|उपयोगकर्ता.{0,25}(मत बता|न बता|नहीं बता|मत कह|न कह)"
                            + "|benutzer nichts|nutzer nichts|nicht (erwähnen|verraten|mitteilen)|ohne den (benutzer|nutzer) zu|ignoriere? (alle )?(vorherigen|bisherigen)|vorherige[n]? anweisungen|kullan[ıi]c[ıi]ya s[öo]yleme|[öo]nceki (t[üu]m )?talimatlar|ne (le |la )?(dis|dites|mentionne|mentionnez|r[ée]v[èe]le)[^.]{0,30}utilisateur|sans (en )?(informer|pr[ée]venir)|ignor(e|ez) (toutes )?les instructions|instructions pr[ée]c[ée]dentes|no (se )?lo (digas|diga|menciones)|no (le )?(digas|informes|menciones)[^.]{0,30}usuario|sin (decir|informar|avisar)[^.]{0,20}usuario|ignora (todas )?las instrucciones|instrucciones anteriores|n[ãa]o (diga|conte|informe|mencione)[^.]{0,30}usu[áa]rio|ignore (todas )?as instru[çc][õo]es|non (dire|dirlo|informare|menzionare)[^.]{0,30}utente|ignora (tutte )?le istruzioni|vertel (het )?(de )?gebruiker (dit )?niet|negeer (alle )?(vorige|eerdere)|nie m[óo]w[^.]{0,30}u[żz]ytkownik|zignoruj|ber[äa]tta inte|не (говори|сообщай|рассказывай|упоминай)[^.]{0,30}пользовател|игнорируй|предыдущие инструкции|不要告诉|不要告訴|別告訴|忽略.{0,8}(指令|指示|说明)|请勿(告知|提及)|不要向用户|ユーザーに(は)?(言わ|知らせ|伝え)|(以前|これまで)の指示|指示を無視|사용자에게 (말하지|알리지)|이전 (지시|명령)|무시하|لا تخبر|تجاهل|אל תגיד|התעלם|उपयोगकर्ता को (न|मत)|निर्देशों को (अनदेखा|नज़रअंदाज़)|jangan (beri ?tahu|katakan)[^.]{0,20}pengguna|abaikan (semua )?instruksi|đừng (nói|cho)[^.]{0,20}người dùng|bỏ qua (mọi |các )?(chỉ dẫn|hướng dẫn)|не кажи[^.]{0,20}користувач|nelze říkat uživateli|neříkej uživateli|älä kerro käyttäjälle|μην (πεις|αναφέρεις)[^.]{0,20}χρήστη|kérlek ne mondd"));

    /** Words about such orders, not the orders: their place is behind one of these. */
    private static final Pattern QUOTED_SUBJECT = Pattern.compile(
            "(?i)(such as|phrases?|like|e\\.g\\.|for example|strings?|detects?|words?|patterns?|called|named|examples? of|containing|contains?|titled|matching)\\s*[:,]?\\s*(\"[^\"\\n]{1,200}\"|'[^'\\n]{1,200}'|`[^`\\n]{1,200}`|\u201C[^\u201D\\n]{1,200}\u201D)((,| or| and)\\s*(\"[^\"\\n]{1,200}\"|'[^'\\n]{1,200}'|`[^`\\n]{1,200}`))*");

    private Orders() {}

    /** The first order in a text, as it reads once invisible characters and look-alikes are plain. */
    static Optional<Order> in(String text) {
        String subject = QUOTED_SUBJECT.matcher(Disguises.withoutHidden(text)).replaceAll("$1");
        String lower =
                subject.toLowerCase(Locale.ROOT).replaceAll("[ \\t]+", " ").replace('\u2019', '\'');
        String foreign = QUOTED_SUBJECT.matcher(text).replaceAll("$1").toLowerCase(Locale.ROOT);
        for (Sign sign : SIGNS) {
            Matcher matcher = sign.pattern().matcher(lower);
            if (matcher.find()) {
                return Optional.of(new Order(sign.why(), lower, matcher.start()));
            }
        }
        Sign last = SIGNS.get(SIGNS.size() - 1);
        Matcher matcher = last.pattern().matcher(foreign);
        if (matcher.find()) {
            return Optional.of(new Order(last.why(), foreign, matcher.start()));
        }
        return intention(text);
    }

    /** Lines stay apart here: the sentences of a list have nothing to do with each other. */
    private static Optional<Order> intention(String text) {
        String plain = text.lines().map(Disguises::withoutHidden).collect(Collectors.joining("\n"));
        Optional<Order> said = Intentions.in(QUOTED_SUBJECT.matcher(text).replaceAll("$1"));
        return said.isPresent() || plain.equals(text)
                ? said
                : Intentions.in(QUOTED_SUBJECT.matcher(plain).replaceAll("$1"));
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
