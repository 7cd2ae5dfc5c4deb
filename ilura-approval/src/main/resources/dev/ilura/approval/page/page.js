"use strict";
(() => {
  const SETTLE_MILLIS = 800;
  const MIN_REASON = 10;
  const MAX_MARKS = 2000;
  const LANES = { low: "Low", medium: "Medium", high: "High", critical: "Critical" };
  const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;

  const $ = (id) => document.getElementById(id);
  const cards = new Map();
  let connected = false;
  let focusedAt = performance.now();
  let passkeyCount = 0;

  // ---- elements: text goes in as text, never as markup

  function el(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name === "on") Object.entries(value).forEach(([event, run]) => node.addEventListener(event, run));
      else if (value === true) node.setAttribute(name, "");
      else if (value !== false && value != null) node.setAttribute(name, value);
    }
    node.append(...children.flat().filter((child) => child != null));
    return node;
  }

  // The gateway sends characters that cannot be seen as {e: "202E"}; they are drawn as marks no text can imitate.
  function shown(parts) {
    const name = (part) => "U+" + part.e;
    if (parts.length > MAX_MARKS) {
      return [document.createTextNode(parts.map((part) => (typeof part === "string" ? part : "\u2039" + name(part) + "\u203a")).join(""))];
    }
    return parts.map((part) => typeof part === "string" ? document.createTextNode(part)
      : el("span", { class: "esc", title: "A character that would not be seen as itself" }, name(part)));
  }

  const plain = (parts) => parts.map((part) => (typeof part === "string" ? part : "U+" + part.e)).join("");
  const short = (digest) => digest.slice(0, 12).replace(/(.{4})(?=.)/g, "$1 ");

  function size(bytes) {
    if (bytes < 1024) return bytes + " bytes";
    return bytes < 1048576 ? (bytes / 1024).toFixed(1) + " KiB" : (bytes / 1048576).toFixed(1) + " MiB";
  }

  // ---- talking to the gateway

  const token = () => localStorage.getItem("ilura-token") || "";

  async function call(path, body) {
    const options = { headers: { "X-Ilura-Token": token() }, cache: "no-store", redirect: "error" };
    if (body !== undefined) {
      options.method = "POST";
      options.headers["Content-Type"] = "application/json";
      options.body = JSON.stringify(body);
    }
    const response = await fetch("/api/" + path, options);
    const answer = await response.json().catch(() => ({}));
    if (response.status === 401) showPairing();
    if (!response.ok) throw Object.assign(new Error(answer.message || "The gateway did not answer."), { status: response.status });
    return answer;
  }

  async function listen() {
    for (let pause = 250; ; pause = Math.min(pause * 2, 5000)) {
      try {
        const response = await fetch("/api/events", { headers: { "X-Ilura-Token": token() }, cache: "no-store" });
        if (response.status === 401) return showPairing();
        if (!response.ok) throw new Error("status " + response.status);
        pause = 250;
        await follow(response.body.pipeThrough(new TextDecoderStream()).getReader());
      } catch (lost) { /* the state below says so */ }
      setConnected(false);
      await new Promise((done) => setTimeout(done, pause));
    }
  }

  async function follow(reader) {
    let text = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += value;
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        const event = text.slice(0, end);
        text = text.slice(end + 2);
        setConnected(true);
        if (event.startsWith("data: ")) await lay(JSON.parse(event.slice(6)));
      }
    }
  }

  function setConnected(now) {
    connected = now;
    $("status").textContent = now ? "Connected" : "Not connected";
    $("status").className = "status " + (now ? "live" : "lost");
    tick();
  }

  // ---- pairing

  function showPairing() {
    localStorage.removeItem("ilura-token");
    for (const id of ["open-passkeys", "notify", "empty", "past", "standing", "keys", "warning"]) $(id).hidden = true;
    cards.forEach((card) => card.node.remove());
    cards.clear();
    $("status").textContent = "Not paired";
    $("status").className = "status";
    $("pairing").hidden = false;
    $("pairing-code").focus();
  }

  $("pairing").addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const paired = await call("pair", { code: $("pairing-code").value });
      localStorage.setItem("ilura-token", paired.token);
      $("pairing").hidden = true;
      start();
    } catch (problem) {
      $("pairing-problem").textContent = problem.message;
      $("pairing-code").select();
    }
  });

  function start() {
    $("open-passkeys").hidden = false;
    $("keys").hidden = false;
    $("notify").hidden = !("Notification" in window) || Notification.permission !== "default";
    listen();
  }

  // ---- the desk

  async function lay(desk) {
    passkeyCount = desk.passkeys;
    const open = new Set(desk.cards.map((line) => line.id));
    for (const [id, card] of cards) if (!open.has(id)) take(id, card);
    for (const line of desk.cards) await put(line);
    $("empty").hidden = desk.cards.length > 0;
    $("warning").hidden = !desk.warning;
    $("warning").textContent = desk.warning;
    standing(desk.grants);
    past(desk.settled);
    document.title = desk.cards.length ? "(" + desk.cards.length + ") Ilura" : "Ilura";
    tick();
  }

  async function put(line) {
    const known = cards.get(line.id);
    if (known && known.calls === line.calls && known.agreed === line.agreed) return;
    let view;
    try {
      view = await call("cards/" + line.id);
    } catch (gone) {
      return;
    }
    if (known) return known.refresh(view, line);
    const card = makeCard(view, line);
    cards.set(line.id, card);
    $("cards").append(card.node);
    announce(LANES[view.lane] + ": " + plain(view.tool) + " on " + plain(view.server) + ". " + plain(view.reason));
    point();
    if (!document.activeElement || document.activeElement === document.body) card.deny.focus({ preventScroll: cards.size > 1 });
  }

  function take(id, card) {
    const hadFocus = card.node.contains(document.activeElement);
    card.node.remove();
    cards.delete(id);
    const next = cards.values().next().value;
    if (hadFocus && next) next.deny.focus();
  }

  function past(settled) {
    $("past").hidden = settled.length === 0;
    $("past-list").replaceChildren(...settled.map((over) => el("li", {},
      el("span", { class: "how " + over.how }, over.how.charAt(0).toUpperCase() + over.how.slice(1)),
      el("span", { class: "what mono" }, shown(over.target)),
      el("time", { class: "when", datetime: new Date(over.at).toISOString() }, new Date(over.at).toLocaleTimeString()))));
  }

  const announce = (text) => { $("announce").textContent = text; };

  // ---- one card

  function makeCard(view, line) {
    const card = { view, calls: line.calls, agreed: line.agreed, shownAt: performance.now(), busy: false, folded: new Set(), openers: [] };
    card.expiresAt = performance.now() + view.secondsLeft * 1000;
    const title = "card-" + view.id;
    card.time = el("span", { class: "time" });
    card.count = el("span", {});
    card.digests = el("span", { class: "digest" });
    card.people = el("p", { class: "agreed" });
    card.hint = el("p", { class: "hint", id: "hint-" + view.id, role: "status" });
    card.deny = el("button", { type: "button", on: { click: () => act(card, "deny") } }, "Deny");
    card.approve = el("button", { type: "button", class: "primary", disabled: true, "aria-describedby": "hint-" + view.id,
      on: { click: () => act(card, "approve") } }, view.challenge ? "Approve with passkey" : "Approve");
    card.node = el("article", { class: "card " + view.lane, "aria-labelledby": title },
      el("div", { class: "head" }, el("span", { class: "lane" }, LANES[view.lane]), card.count, el("span", { class: "grow" }), card.time),
      el("h2", { id: title }, el("span", { class: "mono" }, shown(view.tool)), el("span", { class: "on" }, " on "), shown(view.server)),
      el("p", { class: "by" }, "asked by ", shown(view.principal), " in pod ", shown(view.pod)),
      el("p", { class: "why" }, shown(view.reason), el("span", { class: "rule" }, "Rule ", shown(view.rule), ", ", shown(view.ruleOrigin))),
      alerts(view), argumentsOf(card), origin(card), card.people);
    if (view.lane === "high" || view.lane === "critical") card.node.append(reasonField(card));
    if (view.grantable) card.node.append(wishField(card));
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
    card.people.hidden = view.approvers < 2;
    card.people.replaceChildren(view.agreed.length + " of " + view.approvers + " people agreed",
      ...view.agreed.flatMap((person, at) => [at ? ", " : ": ", ...shown(person)]));
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
    const section = el("section", { class: "args", "aria-label": "Arguments" }, el("h3", {}, "What would be sent"));
    if (!view.arguments.length) section.append(el("p", { class: "none" }, "No arguments."));
    (view.changes || []).forEach((change) => section.append(fileChange(change)));
    view.arguments.forEach((value, index) => section.append(argument(card, value, index)));
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
      card.approve.textContent = on.checked ? "Approve, and more" : "Approve";
    } } });
    const uses = choice("How many calls", [[3, "3"], [10, "10"], [50, "50"]], 10);
    const minutes = choice("For how long", [[15, "15 minutes"], [60, "1 hour"], [480, "8 hours"]], 60);
    const held = card.view.members.map((name) => el("input", { type: "checkbox", checked: true }));
    card.wish = () => (on.checked ? { uses: Number(uses.value), minutes: Number(minutes.value),
      fixed: held.flatMap((box, at) => (box.checked ? [at] : [])) } : undefined);
    return el("details", { class: "more" }, el("summary", {}, "Ask less often"),
      el("div", { class: "wish" },
        el("label", {}, on, " Let up to ", uses, " more calls like this pass, for ", minutes),
        el("p", {}, "Same caller, session, server, tool and rule. Ticked arguments have to stay exactly as they are:"),
        el("div", { class: "held" }, held.map((box, at) => el("label", {}, box, " ", el("span", { class: "mono" }, shown(card.view.members[at])))))));
  }

  function standing(grants) {
    $("standing").hidden = grants.length === 0;
    $("standing-list").replaceChildren(...grants.map((one) => el("li", {},
      el("span", { class: "what" }, el("span", { class: "mono" }, shown(one.target)),
        one.fixed.length ? [", same ", ...one.fixed.flatMap((name, at) => [at ? ", " : "", el("code", {}, shown(name))])] : ", any arguments"),
      el("span", { class: "when" }, "spared you " + one.used + " of " + one.of + ", " + Math.ceil(one.secondsLeft / 60) + " min left"),
      el("button", { type: "button", class: "quiet", on: { click: () => call("grants/" + one.id + "/revoke", {}).catch(() => {}) } }, "Revoke"))));
  }

  // ---- answering

  function obstacle(card) {
    const now = performance.now();
    if (!connected) return "Not connected to the gateway.";
    if (card.busy) return "One moment.";
    if (now >= card.expiresAt) return "Too late.";
    if (card.view.challenge && passkeyCount === 0) return "Nobody has a passkey yet. Enrol one under Passkeys.";
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
      }
      announce((await call("cards/" + view.id + "/" + what, body)).message);
    } catch (problem) {
      complain(card, problem);
    } finally {
      card.busy = false;
      tick();
    }
  }

  // ---- passkeys

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const base64url = (buffer) => btoa(Array.from(new Uint8Array(buffer), (b) => String.fromCharCode(b)).join(""))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const hints = (passkeys) => passkeys.map((one) => ({ type: "public-key", id: bytes(one.id), transports: one.transports }));

  async function sign(challenge, passkeys, millis) {
    const made = await navigator.credentials.get({ publicKey: {
      challenge: bytes(challenge), rpId: "localhost", allowCredentials: hints(passkeys), userVerification: "required", timeout: millis } })
      .catch(() => { throw new Error("No passkey signed. Nothing was approved."); });
    return {
      id: base64url(made.rawId),
      authenticatorData: base64url(made.response.authenticatorData),
      clientDataJSON: base64url(made.response.clientDataJSON),
      signature: base64url(made.response.signature),
    };
  }

  async function create(step, person) {
    const made = await navigator.credentials.create({ publicKey: {
      challenge: bytes(step.challenge), rp: { id: "localhost", name: "Ilura" },
      user: { id: crypto.getRandomValues(new Uint8Array(16)), name: person, displayName: person },
      pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -8 }],
      excludeCredentials: hints(step.passkeys), timeout: step.millis, attestation: "none",
      authenticatorSelection: { userVerification: "required", residentKey: "preferred" } } })
      .catch(() => { throw new Error("No passkey was made."); });
    return {
      attestationObject: base64url(made.response.attestationObject),
      clientDataJSON: base64url(made.response.clientDataJSON),
      transports: made.response.getTransports ? made.response.getTransports() : [],
    };
  }

  async function authorised(step) {
    if (step.step !== "authorise") return step;
    return call("passkeys/authorise", { ceremony: step.ceremony, assertion: await sign(step.challenge, step.passkeys, step.millis) });
  }

  async function listPasskeys() {
    const all = await call("passkeys");
    $("enrol-first").hidden = all.length > 0;
    $("enrol-further").hidden = all.length === 0;
    $("passkey-list").replaceChildren(...all.map((one) => el("li", {},
      el("span", { class: "who" }, shown(one.person), el("small", {}, "since " + new Date(one.enrolledAt).toLocaleDateString()
        + (one.synced ? ", may be on several devices" : ", on one device"))),
      el("button", { type: "button", class: "quiet", on: { click: () => managing(() => remove(one.id)) } }, "Remove"))));
  }

  async function remove(id) {
    await authorised(await call("passkeys/remove", { id }));
  }

  async function enrol() {
    const person = $("enrol-name").value.trim();
    const step = await authorised(await call("passkeys/begin", { person, code: $("enrol-code").value }));
    await call("passkeys/finish", { ceremony: step.ceremony, attestation: await create(step, person) });
    $("enrol").reset();
  }

  async function managing(work) {
    $("enrol-problem").textContent = "";
    try {
      await work();
    } catch (problem) {
      $("enrol-problem").textContent = problem.message;
    }
    await listPasskeys().then(() => { passkeyCount = $("passkey-list").children.length; }, () => {});
    tick();
  }

  $("open-passkeys").addEventListener("click", () => { $("passkeys").showModal(); managing(async () => {}); });
  $("close-passkeys").addEventListener("click", () => $("passkeys").close());
  $("enrol").addEventListener("submit", (event) => { event.preventDefault(); managing(enrol); });
  $("enrol-show").addEventListener("click", () => managing(() => call("passkeys/code", {})));

  // ---- keys, focus, notification

  const current = () => [...cards.values()].find((card) => card.node.contains(document.activeElement)) || cards.values().next().value;

  document.addEventListener("keydown", (event) => {
    if ($("passkeys").open || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const card = current();
    if (!card) return;
    if (event.key === "Escape") {
      event.preventDefault();
      return act(card, "deny");
    }
    if (event.target.matches("textarea, input")) return;
    const all = [...cards.values()];
    const at = all.indexOf(card);
    const keys = {
      a: () => (card.approve.disabled && card.reason ? card.reason : card.approve).focus(),
      o: () => card.openers.forEach((open) => open().catch((problem) => complain(card, problem))),
      j: () => all[Math.min(at + 1, all.length - 1)].deny.focus(),
      k: () => all[Math.max(at - 1, 0)].deny.focus(),
    };
    const run = keys[event.key.toLowerCase()];
    if (run) {
      event.preventDefault();
      run();
    }
  });

  window.addEventListener("focus", () => { focusedAt = performance.now(); tick(); });
  window.addEventListener("blur", tick);
  setInterval(tick, 100);

  // Says only that something waits. What it is, is read here.
  function point() {
    if (document.hidden && "Notification" in window && Notification.permission === "granted") {
      const note = new Notification("Ilura", { body: "A call waits for your decision.", tag: "ilura" });
      note.onclick = () => { window.focus(); note.close(); };
    }
  }

  $("notify").addEventListener("click", async () => {
    await Notification.requestPermission();
    $("notify").hidden = Notification.permission !== "default";
  });

  if (token()) start(); else showPairing();
})();
