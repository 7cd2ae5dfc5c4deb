// Runs the JavaScript verifier over many logs, bundles and proofs: node verify-jobs.mjs VERIFIER < jobs, one JSON object a
// line, {path, keys, witnesses}; prints the report of each in one line of base64.

import { readFileSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const { verifyEvidence, verifyLog, verifyProof, reportText } = await import(pathToFileURL(process.argv[2]).href);

async function check({ path, keys, witnesses }) {
  if (statSync(path).isDirectory()) return verifyLog(path, { keys, witnesses });
  const bytes = new Uint8Array(readFileSync(path));
  return path.endsWith('.tlog-proof') ? verifyProof(bytes, { keys, witnesses }) : verifyEvidence(bytes, { keys });
}

for await (const line of createInterface({ input: process.stdin })) {
  const report = await check(JSON.parse(line));
  console.log(Buffer.from(reportText(report), 'utf8').toString('base64'));
}
