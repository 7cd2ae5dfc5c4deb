  const SETTLE_MILLIS = 800;
  const MIN_REASON = 10;
  const MAX_MARKS = 2000;
  const VIEWS = ["questions", "standing", "past", "passkeys"];
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
      // Too many for elements of their own: then the brackets that make a mark are marks themselves where a text holds them.
      const literal = (text) => text.replace(/[\u2039\u203a]/g, (c) => "\u2039U+" + c.charCodeAt(0).toString(16).toUpperCase() + "\u203a");
      return [document.createTextNode(parts.map((part) => (typeof part === "string" ? literal(part) : "\u2039" + name(part) + "\u203a")).join(""))];
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
    for (const id of ["nav", "keys", "warning", ...VIEWS]) $(id).hidden = true;
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
    $("nav").hidden = false;
    $("keys").hidden = false;
    $("notify").hidden = !("Notification" in window) || Notification.permission !== "default";
    show("questions");
    listen();
    setTimeout(rehearse, 0);
  }

  // ---- views

  function show(view) {
    for (const id of VIEWS) $(id).hidden = id !== view;
    $("keys").hidden = view !== "questions";
    for (const tab of document.querySelectorAll(".tab")) {
      if (tab.dataset.view === view) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    }
    if (view === "passkeys") managing(async () => {});
    if (view === "standing") standing(lists);
    if (view === "questions") focusFirst();
  }

  const visible = () => VIEWS.find((id) => !$(id).hidden);
  document.querySelectorAll(".tab").forEach((tab) => tab.addEventListener("click", () => show(tab.dataset.view)));

  function focusFirst() {
    const first = cards.values().next().value;
    const active = document.activeElement;
    if (first && (!active || active === document.body || active.classList.contains("tab"))) first.deny.focus({ preventScroll: true });
  }

  // ---- the desk

  // The cards first: everything else can wait until they are usable. Lists that have not changed do not come along.
  let lists = { grants: [], settled: [], at: 0 };
  let listsChanged = false;

  async function lay(desk) {
    passkeyCount = desk.passkeys;
    const open = new Set(desk.cards.map((line) => line.id));
    for (const [id, card] of cards) if (!open.has(id)) take(id, card);
    const fresh = new Map((desk.fresh || []).map((view) => [view.id, view]));
    for (const line of desk.cards) await put(line, fresh.get(line.id));
    $("empty").hidden = desk.cards.length > 0;
    $("waiting").hidden = desk.cards.length === 0;
    $("waiting").textContent = desk.cards.length;
    $("warning").hidden = !desk.warning;
    $("warning").textContent = desk.warning;
    document.title = desk.cards.length ? "(" + desk.cards.length + ") Ilura" : "Ilura";
    tick();
    Object.assign(lists, desk, { grants: desk.grants || lists.grants, settled: desk.settled || lists.settled });
    if (desk.grants) lists.at = performance.now();
    listsChanged = true;
    setTimeout(drawLists, 0);
  }

  function drawLists() {
    if (!listsChanged) return;
    listsChanged = false;
    standing(lists);
    past(lists.settled);
  }

  async function put(line, fresh) {
    const known = cards.get(line.id);
    if (known && known.calls === line.calls && known.agreed === line.agreed) return;
    let view;
    try {
      view = fresh && !known ? fresh : await call("cards/" + line.id);
    } catch (gone) {
      return;
    }
    if (known) return known.refresh(view, line);
    const card = makeCard(view, line);
    cards.set(line.id, card);
    $("cards").append(card.node);
    announce(LANES[view.lane] + ": " + plain(view.tool) + " on " + plain(view.server) + ". " + plain(view.reason));
    point();
    // Whoever types a name for a passkey is not torn away; the badge says that something waits.
    if (visible() !== "passkeys") show("questions");
    focusFirst();
    named(card);
  }

  // A client that showed the way here names the question behind the #; that is no secret and opens nothing.
  function named(card) {
    const wanted = location.hash.slice(1);
    const meant = wanted.length === 12 && card.view.calls.some((one) => one.digest.startsWith(wanted));
    card.node.classList.toggle("named", meant && cards.size > 1);
    if (meant && cards.size > 1) card.node.scrollIntoView({ block: "start" });
  }
  window.addEventListener("hashchange", () => cards.forEach(named));

  function take(id, card) {
    const hadFocus = card.node.contains(document.activeElement);
    card.node.remove();
    cards.delete(id);
    const next = cards.values().next().value;
    if (hadFocus && next) next.deny.focus();
  }

  const announce = (text) => { $("announce").textContent = text; };

