  // ---- one card

  function makeCard(view, line) {
    const card = { view, calls: line.calls, agreed: line.agreed, shownAt: performance.now(), busy: false, folded: new Set(), openers: [] };
    card.expiresAt = performance.now() + view.secondsLeft * 1000;
    const title = "card-" + view.id;
    card.time = el("span", { class: "time" });
    card.bar = el("span", {});
    card.count = el("span", {});
    card.digests = el("span", { class: "digest" });
    card.people = el("div", { class: "people", role: "status" });
    card.hint = el("p", { class: "hint", id: "hint-" + view.id, role: "status" });
    card.deny = el("button", { type: "button", on: { click: () => act(card, "deny") } }, "Deny");
    card.approve = el("button", { type: "button", class: "primary", disabled: true, "aria-describedby": "hint-" + view.id,
      on: { click: () => act(card, "approve") } }, view.challenge ? "Approve with passkey" : "Approve");
    card.node = el("article", { class: "card " + view.lane, "aria-labelledby": title },
      el("div", { class: "left-bar", "aria-hidden": "true" }, card.bar),
      el("div", { class: "head" }, el("span", { class: "lane" }, LANES[view.lane]), card.count, el("span", { class: "grow" }), card.time),
      el("h2", { id: title }, el("span", { class: "mono" }, shown(view.tool)), el("span", { class: "on" }, " on "), shown(view.server)),
      el("p", { class: "plainly" }, view.plainly),
      el("p", { class: "by" }, "Asked by ", shown(view.principal), " in pod ", shown(view.pod)),
      el("p", { class: "why" }, el("b", {}, "Why you are asked"), shown(view.reason),
        el("span", { class: "rule" }, "Rule ", shown(view.rule), ", ", shown(view.ruleOrigin))),
      alerts(view), argumentsOf(card), before(view), origin(card));
    if (view.lane === "high" || view.lane === "critical") card.node.append(reasonField(card));
    if (view.grantable) card.node.append(wishField(card));
    if (view.approvers > 1) card.node.append(card.people);
    card.node.append(el("div", { class: "foot" }, el("div", { class: "left" }, card.digests, card.hint), card.deny, card.approve));
    card.refresh = (fresh, now) => refresh(card, fresh, now);
    refresh(card, view, line);
    return card;
  }

  function refresh(card, view, line) {
    if (line.calls !== card.calls || line.agreed !== card.agreed) card.shownAt = performance.now();
    Object.assign(card, { view, calls: line.calls, agreed: line.agreed });
    card.count.textContent = view.calls.length > 1 ? view.calls.length + " identical calls" : "";
    card.digests.replaceChildren("Digest ", ...view.calls.flatMap((one, at) => [at ? ", " : "", el("code", { title: one.digest }, one.short)]));
    const missing = view.approvers - view.agreed.length;
    card.people.replaceChildren(
      el("span", {}, view.approvers + " different people have to agree, each with a passkey:"),
      ...view.agreed.map((person) => el("span", { class: "person yes" }, shown(person))),
      ...Array.from({ length: Math.max(0, missing) }, () => el("span", { class: "person" }, "one more person")));
  }

  function alerts(view) {
    const list = el("ul", { class: "alerts" });
    const say = (...parts) => list.append(el("li", {}, ...parts));
    view.nameLookAlikes.forEach((word) => say("The name holds letters that pass for others: ", shown(word)));
    for (const value of view.arguments) {
      if (value.hidden) say(el("b", {}, shown(value.name)), " holds " + value.hidden + " hidden " + (value.hidden === 1 ? "character" : "characters") + ", marked in red.");
      value.lookAlikes.forEach((word) => say(el("b", {}, shown(value.name)), " holds letters of several alphabets that pass for each other: ", shown(word)));
    }
    return list.children.length ? list : null;
  }

  function argumentsOf(card) {
    const view = card.view;
    const section = el("div", { class: "args", role: "group", "aria-label": "Arguments" }, el("h3", {}, "What would be sent"));
    if (!view.arguments.length) section.append(el("p", { class: "none" }, "No arguments."));
    (view.changes || []).forEach((change) => section.append(fileChange(change)));
    // Short values first: what is long must not push out of sight where it goes.
    view.arguments.map((value, index) => [value, index]).sort((one, other) => one[0].folded - other[0].folded)
      .forEach(([value, index]) => section.append(argument(card, value, index)));
    return section;
  }

  function argument(card, value, index) {
    const box = el("pre", { class: "value" + (value.folded ? " folded" : ""), tabindex: value.folded ? null : "0" }, shown(value.text));
    const draw = (parts) => box.classList.toggle("rtl", parts.some((part) => typeof part === "string" && RIGHT_TO_LEFT.test(part)));
    draw(value.text);
    const entry = el("div", { class: "arg" + (value.folded || value.lines > 1 ? " long" : "") },
      el("div", { class: "name" }, shown(value.name)), box);
    if (value.folded && !value.compared) card.folded.add(index);
    if (value.folded) {
      const facts = value.lines.toLocaleString() + (value.lines === 1 ? " line, " : " lines, ") + size(value.bytes) + ", SHA-256 " + short(value.sha256);
      const fold = el("button", { type: "button", class: "fold", "aria-expanded": "false" }, "Open to read all of it", el("span", { class: "size" }, facts));
      const open = async () => {
        const parts = await call("cards/" + card.view.id + "/values/" + index);
        box.replaceChildren(...shown(parts));
        draw(parts);
        box.classList.remove("folded");
        box.tabIndex = 0;
        fold.replaceChildren(el("span", { class: "size" }, facts));
        fold.classList.add("opened");
        fold.disabled = true;
        card.folded.delete(index);
        tick();
      };
      card.openers.push(open);
      fold.addEventListener("click", () => open().catch((problem) => complain(card, problem)));
      entry.append(fold);
    }
    return entry;
  }

  function fileChange(change) {
    const lines = change.lines.map((line) => el("span", { class: line.kind },
      { add: "+ ", del: "- ", same: "  ", gap: "  \u22ef " }[line.kind], shown(line.text)));
    return el("div", { class: "arg long" }, el("div", { class: "name" }, shown(change.title)), el("pre", { class: "value diff", tabindex: "0" }, lines));
  }

  // From the log: what the same caller did just before, and what triggered this call if the caller said so.
  function before(view) {
    if (!view.before.length) return null;
    const ago = (seconds) => (seconds < 90 ? seconds + " s ago" : seconds < 5400 ? Math.round(seconds / 60) + " min ago" : Math.round(seconds / 3600) + " h ago");
    return el("details", { class: "more", open: view.before.some((line) => line.trigger) }, el("summary", {}, "What came before"),
      el("ol", { class: "before" }, view.before.map((line) => el("li", { class: line.trigger ? "trigger" : null },
        el("span", { class: "what" }, line.trigger ? "triggered by " : "", el("span", { class: "mono" }, shown(line.target)), ", ", shown(line.how)),
        el("span", { class: "when" }, ago(line.secondsAgo))))));
  }

  function origin(card) {
    const view = card.view;
    const row = (name, ...parts) => [el("dt", {}, name), el("dd", {}, ...parts)];
    return el("details", { class: "more" }, el("summary", {}, "Where this comes from"),
      el("dl", {},
        row("Gateway", shown(view.gateway)),
        row("Session", shown(view.session)),
        view.cause.length ? row("Triggered by call", el("code", {}, shown(view.cause))) : null,
        row("Calls", view.calls.map((one) => el("code", {}, shown(one.call), " "))),
        row("Server identity", el("code", {}, shown(view.serverIdentity))),
        row("Pinned tool", el("code", {}, view.toolDigest)),
        row("Policy", el("code", {}, shown(view.policyVersion))),
        row("Arguments", size(view.argumentBytes) + ", SHA-256 ", el("code", {}, view.argumentsSha256))),
      view.description.length ? el("div", { class: "untrusted" }, el("b", {}, "The server says about this tool (nobody checked it):"), shown(view.description)) : null);
  }

  function reasonField(card) {
    const count = el("span", { class: "count" });
    card.reason = el("textarea", { maxlength: "1000", rows: "2", required: true, spellcheck: "true",
      placeholder: "What is this for?", on: { input: () => { count.textContent = left(); tick(); } } });
    const left = () => {
      const missing = MIN_REASON - [...card.reason.value.replace(/\s/g, "")].length;
      return missing > 0 ? missing + " more characters" : "";
    };
    count.textContent = left();
    return el("div", { class: "reason" }, el("label", {}, "Why may this happen?", count, card.reason));
  }

  // Fewer questions of the same kind: bounded, listed below, and void when anything about them changes.
  function wishField(card) {
    const choice = (label, options, chosen) => el("select", { "aria-label": label },
      options.map(([value, text]) => el("option", { value, selected: value === chosen }, text)));
    const on = el("input", { type: "checkbox", on: { change: () => {
      card.approve.textContent = on.checked ? "Approve and sign for more" : "Approve";
      tick();
    } } });
    const uses = choice("How many calls", [[3, "3"], [10, "10"], [50, "50"]], 10);
    const minutes = choice("For how long", [[15, "15 minutes"], [60, "1 hour"], [480, "8 hours"]], 60);
    const held = card.view.members.map((name) => el("input", { type: "checkbox", checked: true }));
    card.wish = () => (on.checked ? { uses: Number(uses.value), minutes: Number(minutes.value),
      fixed: held.flatMap((box, at) => (box.checked ? [at] : [])) } : undefined);
    return el("details", { class: "more" }, el("summary", {}, "Ask less often"),
      el("div", { class: "wish" },
        el("label", {}, on, " Sign with a passkey that up to ", uses, " more calls like this may pass within ", minutes),
        el("p", {}, "Same caller, session, server, tool and rule; ends with the gateway."
          + (card.view.members.length ? " Ticked arguments have to stay exactly as they are:" : "")),
        el("div", { class: "held" }, held.map((box, at) => el("label", {}, box, " ", el("span", { class: "mono" }, shown(card.view.members[at])))))));
  }

  // ---- answering

  function obstacle(card) {
    const now = performance.now();
    if (!connected) return "Not connected to the gateway.";
    if (card.busy) return "One moment.";
    if (now >= card.expiresAt) return "Too late.";
    if (card.view.challenge && passkeyCount === 0) return "Nobody has a passkey yet. Add one under Passkeys.";
    if (card.wish && card.wish() && passkeyCount === 0) return "A permission is signed with a passkey, and nobody has one yet. Add one under Passkeys.";
    if (card.folded.size) return card.folded.size === 1 ? "Open the folded value first." : "Open the " + card.folded.size + " folded values first.";
    if (card.reason && [...card.reason.value.replace(/\s/g, "")].length < MIN_REASON) return "Say why first.";
    if (!document.hasFocus()) return "Click into this window first.";
    if (now - Math.max(card.shownAt, focusedAt) < SETTLE_MILLIS) return "";
    return null;
  }

  function tick() {
    for (const card of cards.values()) {
      const seconds = Math.max(0, Math.ceil((card.expiresAt - performance.now()) / 1000));
      card.time.textContent = seconds + " s left";
      card.time.classList.toggle("short", seconds <= 10);
      card.bar.style.transform = "scaleX(" + Math.max(0, Math.min(1, (card.expiresAt - performance.now()) / (card.view.seconds * 1000))) + ")";
      const reason = obstacle(card);
      card.approve.disabled = reason !== null;
      if (!card.problem) card.hint.textContent = reason || "";
    }
  }

  function complain(card, problem) {
    card.problem = problem.message;
    card.hint.textContent = problem.message;
    card.hint.className = "hint problem";
    setTimeout(() => {
      card.problem = null;
      card.hint.className = "hint";
      tick();
    }, 6000);
  }

  async function act(card, what) {
    if (what === "approve" && obstacle(card) !== null) return;
    const view = card.view;
    const body = { token: view.token, digests: view.calls.map((one) => one.digest) };
    if (card.reason) body.reason = card.reason.value;
    if (what === "approve" && card.wish) body.grant = card.wish();
    card.busy = true;
    tick();
    try {
      if (what === "approve" && view.challenge) {
        what = "sign";
        body.assertion = await sign(view.challenge, view.passkeys, card.expiresAt - performance.now());
      } else if (what === "approve" && body.grant) {
        const terms = await call("cards/" + view.id + "/terms", { token: view.token, grant: body.grant });
        body.assertion = await sign(terms.challenge, terms.passkeys, card.expiresAt - performance.now());
      }
      announce((await call("cards/" + view.id + "/" + what, body)).message);
    } catch (problem) {
      complain(card, problem);
    } finally {
      card.busy = false;
      tick();
    }
  }

