// Runs a stdio server and writes down every line that reaches it, so that a test knows what the server really got.
//
//   node witness.mjs LOG SERVER.js ARGS...

import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';

const [log, ...server] = process.argv.slice(2);
const seen = createWriteStream(log, { flags: 'a' });
const child = spawn(process.execPath, server, { stdio: ['pipe', 'inherit', 'inherit'] });
process.stdin.on('data', (chunk) => seen.write(chunk));
process.stdin.pipe(child.stdin);
child.on('exit', (code) => process.exit(code ?? 1));
