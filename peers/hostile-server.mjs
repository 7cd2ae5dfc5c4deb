// An MCP server over stdio that misbehaves on demand. Written against the wire, without an SDK: an SDK would not let it.
//
//   node hostile-server.mjs [--start=die|silent|garbage] [--token=TOKEN]
//
// Each tool is one misbehaviour; "answer" and "count" behave. TOKEN marks the processes of "fork_children", so that a
// test can look for survivors in the process table.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const option = (name) => process.argv.find((arg) => arg.startsWith(`--${name}=`))?.split('=')[1];
const MEBIBYTE = 1 << 20;
let counted = 0;

if (process.argv.includes('--linger')) {
  // What "fork_children" leaves behind: deaf to polite signals, gone by itself after ten minutes.
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) {
    process.on(signal, () => {});
  }
  setTimeout(() => process.exit(0), 600_000);
} else if (option('start') === 'die') {
  process.stderr.write('hostile: refusing to start: token file not found\n');
  process.exit(7);
} else {
  serve();
}

function serve() {
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
  lines.on('line', (line) => receive(JSON.parse(line)));
  lines.on('close', () => process.exit(0));
}

function receive(message) {
  if (message.id === undefined) {
    return;
  }
  switch (option('start')) {
    case 'silent':
      return;
    case 'garbage':
      process.stdout.write('Starting up... listening on 0.0.0.0:80\n{"jsonrpc":"2.0","id":\n\u0000\u0001\u0002\n');
      return;
  }
  switch (message.method) {
    case 'initialize':
      return result(message, {
        protocolVersion: '2025-11-25',
        capabilities: { tools: {} },
        serverInfo: { name: 'hostile', version: '1' },
      });
    case 'ping':
      return result(message, {});
    case 'tools/list':
      return result(message, { tools: Object.keys(behaviours).map(tool) });
    case 'tools/call':
      return behaviours[message.params.name](message, message.params.arguments ?? {});
    default:
      return send({ jsonrpc: '2.0', id: message.id, error: { code: -32601, message: 'Method not found' } });
  }
}

const behaviours = {
  answer: (message, args) => say(message, `answered ${args.text ?? ''}`),
  count: (message) => say(message, `counted ${++counted}`),

  die: () => process.exit(3),
  die_half_way: (message) => {
    process.stdout.write(`{"jsonrpc":"2.0","id":${JSON.stringify(message.id)},"result":{"content":[{"ty`, () =>
      process.exit(3),
    );
  },
  die_by_signal: () => process.kill(process.pid, 'SIGKILL'),

  silence: () => {},

  garbage: () => process.stdout.write('Segmentation fault (core dumped)\n'),
  garbage_bytes: () => process.stdout.write(Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28, 0x0a])),
  broken_json: (message) => process.stdout.write(`{"jsonrpc":"2.0","id":${JSON.stringify(message.id)},"result":\n`),
  no_result: (message) => send({ jsonrpc: '2.0', id: message.id }),
  result_of_wrong_type: (message) => send({ jsonrpc: '2.0', id: message.id, result: 'done' }),
  two_results: (message) => {
    const id = JSON.stringify(message.id);
    const [good, evil] = ['good', 'evil'].map((text) => `{"content":[{"type":"text","text":"${text}"}]}`);
    process.stdout.write(`{"jsonrpc":"2.0","id":${id},"result":${good},"result":${evil}}\n`);
  },
  answer_nobody: () => result({ id: 'nobody-asked' }, text('for nobody')),

  flood_stderr_then_answer: (message) => flood(64, () => say(message, 'still here')),
  flood_stderr: () => flood(Infinity, () => {}),

  long_line: (message) => say(message, 'x'.repeat(20 * MEBIBYTE)),
  endless_line: () => endless('x'.repeat(MEBIBYTE)),

  fork_children: (message) => {
    const children = [spawnLingering({ detached: false }), spawnLingering({ detached: true })];
    say(message, `forked ${children.length}`);
  },
  fork_children_and_die: () => {
    spawnLingering({ detached: true });
    process.exit(3);
  },
};

function spawnLingering({ detached }) {
  const child = spawn(process.execPath, [process.argv[1], '--linger', `--token=${option('token')}`], {
    detached,
    stdio: 'ignore',
  });
  child.unref();
  return child;
}

// Writes so many mebibytes to stderr, waiting whenever the pipe is full.
function flood(mebibytes, done) {
  if (mebibytes <= 0) {
    done();
    return;
  }
  process.stderr.write('E'.repeat(MEBIBYTE - 1) + '\n', () => flood(mebibytes - 1, done));
}

function endless(chunk) {
  process.stdout.write(chunk, () => endless(chunk));
}

function tool(name) {
  return { name, description: `Does: ${name}.`, inputSchema: { type: 'object' } };
}

function text(words) {
  return { content: [{ type: 'text', text: words }] };
}

function say(message, words) {
  result(message, text(words));
}

function result(message, body) {
  send({ jsonrpc: '2.0', id: message.id, result: body });
}

function send(message) {
  process.stdout.write(JSON.stringify(message) + '\n');
}
