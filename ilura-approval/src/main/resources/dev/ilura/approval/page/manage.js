  // ---- permissions and history

  function standing(desk) {
    const gone = (performance.now() - desk.at) / 1000;
    const many = (count, what) => count + " " + what + (count === 1 ? "" : "s");
    $("meter-answered").textContent = desk.answersThisHour;
    $("meter-spared").textContent = desk.sparedThisHour;
    $("meter-sum").textContent = desk.sparedThisHour ? "Without permissions you would have been asked " + many(desk.answersThisHour + desk.sparedThisHour, "time") + "." : "";
    $("standing-none").hidden = desk.grants.length > 0;
    $("standing-list").replaceChildren(...desk.grants.map((one) => el("li", {},
      el("span", { class: "what" }, el("span", { class: "mono" }, shown(one.target)),
        one.fixed.length ? [", same ", ...one.fixed.flatMap((name, at) => [at ? ", " : "", el("code", {}, shown(name))])] : ", any arguments",
        el("small", {}, one.used ? "You would have been asked " + many(one.used, "time") + ". " : "Not used yet. ",
          (one.of - one.used) + " of " + one.of + " left, for " + Math.max(0, Math.ceil((one.secondsLeft - gone) / 60)) + " min. ",
          "Signed by ", shown(one.person), ".")),
      el("button", { type: "button", class: "quiet", on: { click: () => call("grants/" + one.id + "/revoke", {}).catch(() => {}) } }, "Revoke"))));
  }

  const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

  function past(settled) {
    $("past-none").hidden = settled.length > 0;
    $("past-list").replaceChildren(...settled.map((over) => el("li", {},
      el("span", { class: "how " + over.how }, over.how.charAt(0).toUpperCase() + over.how.slice(1)),
      el("span", { class: "what" }, el("span", { class: "mono" }, shown(over.target)),
        el("small", {}, LANES[over.lane], over.who.length ? [", ", ...shown(over.who)] : null, ", digest ", el("code", {}, over.digest))),
      el("time", { class: "when", datetime: new Date(over.at).toISOString() }, clock.format(over.at)))));
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

  $("enrol").addEventListener("submit", (event) => { event.preventDefault(); managing(enrol); });
  $("enrol-show").addEventListener("click", () => managing(() => call("passkeys/code", {})));

  // ---- keys, focus, notification

  const current = () => [...cards.values()].find((card) => card.node.contains(document.activeElement)) || cards.values().next().value;

  document.addEventListener("keydown", (event) => {
    if (visible() !== "questions" || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
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

  // A card that is drawn once where nobody sees it: its code and fonts are loaded when the first question comes.
  function rehearse() {
    const text = ["rehearsal", { e: "200B" }];
    const value = { name: text, text, folded: true, lines: 1, bytes: 1, sha256: "0".repeat(64), hidden: 1, lookAlikes: [text] };
    const stage = el("div", { class: "unseen", "aria-hidden": "true", inert: true }, makeCard({
      id: "rehearsal", token: "", lane: "high", secondsLeft: 1, seconds: 1, plainly: "", before: [], server: text, tool: text,
      nameLookAlikes: [], reason: text, rule: text, ruleOrigin: text, principal: text, pod: text, session: text, cause: [],
      gateway: text, serverIdentity: text, toolDigest: "", policyVersion: text, description: text, changes: [],
      arguments: [value, { ...value, folded: false }], argumentBytes: 1, argumentsSha256: "", approvers: 1, agreed: [],
      calls: [{ digest: "", short: "", call: text }], grantable: true, members: [text] }, { calls: 1, agreed: 0 }).node);
    document.body.append(stage);
    stage.getBoundingClientRect();
    stage.remove();
  }

  if (token()) start(); else showPairing();
