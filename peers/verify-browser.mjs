// Runs the JavaScript verifier in Chromium: node verify-browser.mjs CHROMIUM VERIFIER < jobs, one JSON object a line,
// {path}; prints the report of each evidence bundle in one line of base64. The page is served from loopback, because
// browsers give WebCrypto to secure pages only.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const [executablePath, verifier] = process.argv.slice(2);
const server = createServer((request, response) => {
  const script = request.url === '/ilura-verify.mjs';
  response.setHeader('Content-Type', script ? 'text/javascript' : 'text/html');
  response.end(script ? readFileSync(verifier) : '<!doctype html><title>verify</title>');
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const page = await browser.newPage();
await page.goto(`http://localhost:${server.address().port}/`);

for await (const line of createInterface({ input: process.stdin })) {
  const bundle = readFileSync(JSON.parse(line).path, 'utf8');
  const text = await page.evaluate(async (given) => {
    const { verifyEvidence, reportText } = await import('/ilura-verify.mjs');
    return reportText(await verifyEvidence(given));
  }, bundle);
  console.log(Buffer.from(text, 'utf8').toString('base64'));
}
await browser.close();
server.close();
