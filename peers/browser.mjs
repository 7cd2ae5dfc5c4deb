// Drives Chromium for a test: one JSON command a line on standard input, one JSON answer a line on standard output.
import readline from "node:readline";
import { chromium } from "playwright-core";

const browser = await chromium.launch({ executablePath: process.argv[2], args: ["--no-sandbox"] });
const windows = new Map();

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
