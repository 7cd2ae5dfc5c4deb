// Drives Chromium for a test: one JSON command a line on standard input, one JSON answer a line on standard output.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import readline from "node:readline";
import { chromium } from "playwright-core";

const browser = await chromium.launch({ executablePath: process.argv[2], args: ["--no-sandbox", "--host-resolver-rules=MAP rebind.example 127.0.0.1"] });
const windows = new Map();
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// What the page itself does with passkeys, for ceremonies that begin in one window and end in another.
const PASSKEYS = `(async () => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(Array.from(new Uint8Array(buffer), (b) => String.fromCharCode(b)).join(""))
    .replace(/\\+/g, "-").replace(/\\//g, "_").replace(/=+$/, "");
  const post = async (path, body) => (await fetch("/api/passkeys/" + path, {
    method: "POST", body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", "X-Ilura-Token": localStorage.getItem("ilura-token") } })).json();`;

const commands = {
  async open({ window, url, dark }) {
    const context = await browser.newContext({
      viewport: { width: 1000, height: 900 },
      colorScheme: dark ? "dark" : "light",
    });
    const page = await context.newPage();
    const problems = [];
    page.on("pageerror", (error) => problems.push(error.message));
    page.setDefaultTimeout(20_000);
    windows.set(window, { context, page, problems });
    await page.goto(url);
  },
  async authenticator({ window, verified = true }) {
    const { context, page } = windows.get(window);
    const session = await context.newCDPSession(page);
    await session.send("WebAuthn.enable");
    await session.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: verified,
        automaticPresenceSimulation: true,
      },
    });
  },
  // Has the passkey of this window agree to one for somebody else; gives what is left to do, for their window.
  invite: ({ page, person }) => page.evaluate(PASSKEYS + `
    const begun = await post("begin", { person: ${JSON.stringify(person)} });
    const made = await navigator.credentials.get({ publicKey: {
      challenge: bytes(begun.challenge), rpId: "localhost", userVerification: "required" } });
    return post("authorise", { ceremony: begun.ceremony, assertion: {
      id: text(made.rawId), authenticatorData: text(made.response.authenticatorData),
      clientDataJSON: text(made.response.clientDataJSON), signature: text(made.response.signature) } }); })()`),
  // Makes the passkey that somebody else's agreed to.
  join: ({ page, step }) => page.evaluate(PASSKEYS + `
    const step = ${JSON.stringify(step)};
    const made = await navigator.credentials.create({ publicKey: {
      challenge: bytes(step.challenge), rp: { id: "localhost", name: "Ilura" },
      user: { id: new Uint8Array(16), name: "second", displayName: "second" },
      pubKeyCredParams: [{ type: "public-key", alg: -7 }], attestation: "none",
      authenticatorSelection: { userVerification: "required" } } });
    return post("finish", { ceremony: step.ceremony, attestation: {
      attestationObject: text(made.response.attestationObject), clientDataJSON: text(made.response.clientDataJSON) } }); })()`),
  fill: ({ page, selector, text }) => page.fill(selector, text),
  click: ({ page, selector }) => page.click(selector),
  press: ({ page, key }) => page.keyboard.press(key),
  type: ({ page, text }) => page.keyboard.type(text),
  see: ({ page, selector }) => page.waitForSelector(selector).then(() => true),
  count: ({ page, selector }) => page.locator(selector).count(),
  text: ({ page, selector }) => page.innerText(selector),
  run: ({ page, script }) => page.evaluate(script),
  // In a window that is as high as the page, so that what sticks to its lower edge stands where the page ends.
  async shot({ page, path }) {
    const height = await page.evaluate("document.documentElement.scrollHeight");
    const size = page.viewportSize();
    await page.setViewportSize({ width: size.width, height: Math.min(Math.max(size.height, height), 4000) });
    await page.screenshot({ path });
    await page.setViewportSize(size);
  },
  // What a screen reader would be told, as lines of roles and names.
  tree: ({ page, selector }) => page.locator(selector).ariaSnapshot(),
  // The rules of axe-core that the page breaks: {passes, violations: [...]}.
  async axe({ page }) {
    await page.evaluate(AXE + ";0");
    return page.evaluate(`axe.run(document).then(({ passes, violations }) => ({ passes: passes.length,
      violations: violations.flatMap((rule) => rule.nodes.map((node) => rule.id + " at " + node.target.join(" ") + ": " + node.failureSummary)) }))`);
  },
  problems: ({ window }) => windows.get(window).problems,
};

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { command, ...given } = JSON.parse(line);
  let answer;
  try {
    const value = await commands[command]({ ...given, page: windows.get(given.window)?.page });
    answer = { value: value ?? null };
  } catch (error) {
    answer = { error: error.message };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
await browser.close();
