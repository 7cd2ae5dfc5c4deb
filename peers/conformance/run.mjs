// Runs the official conformance suite against the fixture, directly and through the gate, and prints both side by side.
// Exit code 0: the required scenarios pass and no check through the gate is worse than directly.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const PEERS = path.dirname(HERE);
const ROOT = path.dirname(PEERS);
const NODE = process.execPath;
const SUITE = path.join(PEERS, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');
const ILURA = path.join(ROOT, 'ilura-gateway/target/dist/bin/ilura');
const SETS = ['2025-11-25', '2026-07-28'];
const MOST_SECOND_TRIES = 3;
const RANK = { SUCCESS: 0, INFO: 1, SKIPPED: 1, WARNING: 2, FAILURE: 3 };

const { values } = parseArgs({
  options: {
    set: { type: 'string', multiple: true, default: SETS },
    upstream: { type: 'string', multiple: true, default: ['http', 'stdio'] },
    only: { type: 'string', multiple: true, default: ['servers', 'bridges', 'clients'] },
    'client-command': { type: 'string' },
    keep: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});

const work = mkdtempSync(path.join(tmpdir(), 'ilura-conformance-'));
const running = new Set();
let worse = 0;
let runs = 0;

process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));

try {
  if (values.only.includes('servers')) {
    for (const set of values.set) {
      await sideBySide(set);
    }
  }
  if (values.only.includes('bridges')) {
    await bridges();
  }
  if (values.only.includes('clients')) {
    await clients();
  }
} finally {
  if (values.keep) {
    cpSync(work, values.keep, { recursive: true });
  }
  rmSync(work, { recursive: true, force: true });
}
console.log(worse === 0 ? `\nfine: ${runs} runs, nothing worse than direct` : `\n${worse} checks are worse than direct`);
process.exit(worse === 0 ? 0 : 1);

/** One requirement set: directly, then through the gate to the fixture over every kind of upstream. */
async function sideBySide(set) {
  const direct = await againstFixture(set, 'dual', 'direct');
  const columns = [direct];
  for (const upstream of values.upstream) {
    const gate = await throughGate(set, upstream, 'dual', (column) => worseThan(direct, column).map(({ scenario }) => scenario));
    columns.push(gate);
  }
  table(`server scenarios, requirements ${set}: checks passed/failed, direct and through the gate`, columns);
  for (const gate of columns.slice(1)) {
    compare(direct, gate);
  }
  columns.forEach((column) => requireFine(column));
  columns.forEach((column) => requireAll(set, column));
  columns.slice(1).filter(({ resumed }) => resumed).forEach(({ name, resumed }) => {
    console.log(`  ${resumed === 'ok' ? 'ok  ' : 'FAIL'}  ${name}  a client that lost its stream gets the answer with Last-Event-ID: ${resumed}`);
    worse += resumed === 'ok' ? 0 : 1;
  });
}

/** A required scenario that was not run has shown nothing. */
function requireAll(set, column) {
  const missing = requirements(set).server.filter((scenario) => !(column.scenarios.get(scenario)?.length > 0));
  missing.forEach((scenario) => console.log(`  MISSING  ${column.name}  ${scenario}`));
  worse += missing.length;
}

function requireFine(column) {
  if (column.code !== 0) {
    console.log(`  ${column.name}: the suite ended with code ${column.code}`);
    worse++;
  }
}

async function bridges() {
  // what cannot be carried across has a line in docs/protocol.md, which begins with the id of the check
  const page = readFileSync(path.join(ROOT, 'docs/protocol.md'), 'utf8');
  const explained = new Set([...page.matchAll(/^\| `([\w-]+)` \|/gm)].map((match) => match[1]));
  const isKnown = (scenario, check) => scenario.startsWith('tasks-') || explained.has(check.id);
  const unexplained = (column) =>
    failures(column).filter(({ scenario, check }) => !isKnown(scenario, check)).map(({ scenario }) => scenario);
  const across = [
    ['2025-11-25', 'modern'],
    ['2026-07-28', 'handshake'],
  ];
  for (const [set, mode] of across) {
    const columns = [];
    for (const upstream of values.upstream) {
      columns.push(await throughGate(set, upstream, mode, unexplained));
    }
    table(`bridge: clients of ${set}, an upstream that only speaks the ${mode} era: checks passed/failed`, columns);
    for (const column of columns) {
      requireAll(set, column);
      for (const { scenario, check } of failures(column)) {
        const known = isKnown(scenario, check);
        console.log(`  ${known ? 'explained' : 'UNEXPLAINED'}  ${column.name}  ${scenario}  ${check.id}: ${oneLine(check.errorMessage)}`);
        worse += known ? 0 : 1;
      }
    }
  }
}

async function clients() {
  for (const set of values.set) {
    const command = values['client-command'] ?? path.join(ROOT, 'benchmarks/conformance-client');
    // Authorization is the application's affair: it gives the gate a token.
    const scored = requirements(set).client.filter((scenario) => !scenario.startsWith('auth/'));
    console.log(`\nclient scenarios without authorization, requirements ${set}`);
    for (const scenario of scored) {
      // one after the other: the suite would start all of them at once
      const out = path.join(work, `client-${set}-${scenario}`);
      const which = ['--scenario', scenario, '--spec-version', set];
      const code = await suite(['client', '--command', command, ...which, '--timeout', '60000', '-o', out], out);
      const checks = [...read(out, 'client', code, scenario).scenarios.values()].flat();
      const failed = checks.filter((check) => check.status === 'FAILURE');
      const fine = code === 0 && checks.length > 0 && failed.length === 0;
      console.log(`  ${fine ? 'ok  ' : 'FAIL'}  ${scenario}  ${count(checks)}`);
      failed.forEach((check) => console.log(`        ${check.id}: ${oneLine(check.errorMessage)}`));
      worse += fine ? 0 : 1;
    }
    runs++;
  }
}

async function againstFixture(set, mode, name) {
  const fixture = await httpFixture(mode);
  try {
    return await serverRun(set, fixture.port, name);
  } finally {
    await stop(fixture.child);
  }
}

/** @param doubtful the scenarios of a run that are tried once more, each alone, against the same gate */
async function throughGate(set, upstream, mode, doubtful) {
  const fixture = upstream === 'http' ? await httpFixture(mode) : undefined;
  const home = path.join(work, `gate-${set}-${upstream}-${mode}`);
  mkdirSync(home);
  const config = path.join(home, 'config.toml');
  writeFileSync(config, configuration(upstream, mode, fixture?.port));
  const gate = start(ILURA, ['serve', '--config', config, '--http', '127.0.0.1:0']);
  try {
    const port = await said(gate, 'stderr', /listening on http:\/\/127\.0\.0\.1:(\d+)/);
    const column = await serverRun(set, port, `gate, ${upstream}`);
    await secondTry(column, set, port, [...new Set(doubtful(column))]);
    if (set === SETS[0] && mode === 'dual') {
      column.resumed = await resumption(port).catch((error) => String(error));
    }
    return column;
  } finally {
    await stop(gate);
    if (fixture) {
      await stop(fixture.child);
    }
  }
}

/**
 * Some checks give a server 500 to 1500 ms. On a machine where other programs take the processors that is a matter of luck, and
 * so it is when the first call that can be asked something has to wait until its server has a process for it. What fails
 * alone too, or in many scenarios at once, has failed.
 */
async function secondTry(column, set, port, scenarios) {
  if (scenarios.length === 0 || scenarios.length > MOST_SECOND_TRIES) {
    return;
  }
  let code = 0;
  for (const scenario of scenarios) {
    const out = path.join(work, `again-${set}-${scenario}-${runs}`);
    const which = ['--scenario', scenario, '--spec-version', set];
    code = Math.max(code, await suite(['server', '--url', `http://localhost:${port}/mcp`, ...which, '-o', out], out));
    const again = read(out, 'server', code, scenario).scenarios.get(scenario);
    const before = failures({ scenarios: new Map([[scenario, column.scenarios.get(scenario) ?? []]]) });
    before.forEach(({ check }) => console.log(`  second try  ${column.name}  ${scenario}  ${check.id}: ${oneLine(check.errorMessage)}`));
    if (again) {
      column.scenarios.set(scenario, again);
    }
  }
  column.code = column.code === 0 ? 0 : code;
}

/** A client loses the stream of its call, and takes it up again at the gate; the fixture closes its own side as well. */
async function resumption(port) {
  const url = `http://localhost:${port}/mcp`;
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream, application/json' };
  const post = (message, more, signal) =>
    fetch(url, { method: 'POST', headers: { ...headers, ...more }, body: JSON.stringify({ jsonrpc: '2.0', ...message }), signal });
  const hello = await post({
    id: 0,
    method: 'initialize',
    params: { protocolVersion: SETS[0], capabilities: {}, clientInfo: { name: 'resuming', version: '1' } },
  });
  await hello.text();
  const session = { 'mcp-session-id': hello.headers.get('mcp-session-id'), 'mcp-protocol-version': SETS[0] };
  await post({ method: 'notifications/initialized' }, session);
  const lost = new AbortController();
  const call = { id: 1, method: 'tools/call', params: { name: 'test_reconnection', arguments: {} } };
  const first = await firstEvent(await post(call, session, lost.signal));
  lost.abort();
  if (first.includes('"result"')) {
    return 'the answer was there before the stream was lost';
  }
  const last = first.match(/^id: ?(.*)$/m)?.[1];
  const rest = await fetch(url, {
    headers: { ...session, accept: 'text/event-stream', 'last-event-id': last },
    signal: AbortSignal.timeout(30_000),
  });
  let events = '';
  for await (const piece of rest.body.pipeThrough(new TextDecoderStream())) {
    events += piece;
    if (events.includes('The answer after the reconnection.')) {
      return 'ok';
    }
  }
  return `status ${rest.status}, and then: ${oneLine(events)}`;
}

async function firstEvent(response) {
  let text = '';
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  while (!/^id:.*\r?\n(.*\r?\n)*?\r?\n/m.test(text)) {
    const { value, done } = await reader.read();
    if (done) {
      break;
    }
    text += value;
  }
  return text;
}

/** What nobody allows is denied: the rules name what the suite calls, and there is no other way in. */
function configuration(upstream, mode, port) {
  const server =
    upstream === 'http'
      ? `transport = "http"\nurl = "http://127.0.0.1:${port}/mcp"`
      : `command = "node24"\nargs = [${JSON.stringify(path.join(HERE, 'fixture.mjs'))}, "stdio", "--mode", "${mode}"]

[spawn]
server_roots = [${JSON.stringify(PEERS)}]
registered = { node24 = ${JSON.stringify(NODE)} }
confinement = "none"`;
  return `
[gateway]
state_dir = "state"

[servers.fixture]
${server}

[pods.default]
servers = ["fixture"]
names = "plain"

[[pods.default.rules]]
tools = ["fixture/test_*", "fixture/json_schema_2020_12_tool", "fixture/@*"]
decision = "allow"

[approvals]
channels = []
`;
}

async function httpFixture(mode) {
  const child = start(NODE, [path.join(HERE, 'fixture.mjs'), 'http', '--mode', mode]);
  return { child, port: await said(child, 'stdout', /listening on (\d+)/) };
}

async function serverRun(set, port, name) {
  const out = path.join(work, `server-${set}-${name.replaceAll(/\W+/g, '-')}-${runs}`);
  const code = await suite(['server', '--url', `http://localhost:${port}/mcp`, '--requirements', set, '-o', out], out);
  runs++;
  return read(out, 'server', code, name);
}

async function suite(args, out) {
  const child = start(NODE, [SUITE, ...args], { NO_COLOR: '1' });
  let log = '';
  child.stdout.on('data', (data) => (log += data));
  child.stderr.on('data', (data) => (log += data));
  const code = await new Promise((resolve) => child.on('close', resolve));
  mkdirSync(out, { recursive: true });
  writeFileSync(path.join(out, 'suite.log'), log);
  return code;
}

/** The checks of one run by scenario. */
function read(out, leg, code, name) {
  const scenarios = new Map();
  for (const entry of readdirSync(out, { recursive: true })) {
    const match = entry.match(new RegExp(`^(?:${leg}-)?(.*?)-\\d{4}-\\d\\d-\\d\\dT[^/]*/checks\\.json$`));
    if (match) {
      scenarios.set(match[1].replaceAll('/', '-'), JSON.parse(readFileSync(path.join(out, entry), 'utf8')));
    }
  }
  return { name, code, scenarios };
}

function table(title, columns) {
  console.log(`\n${title}`);
  const names = [...new Set(columns.flatMap((column) => [...column.scenarios.keys()]))];
  const width = Math.max(...names.map((name) => name.length));
  console.log(`  ${''.padEnd(width)}  ${columns.map(({ name }) => name.padStart(12)).join('')}`);
  for (const name of names) {
    const cells = columns.map(({ scenarios }) => count(scenarios.get(name) ?? []).padStart(12));
    console.log(`  ${name.padEnd(width)}  ${cells.join('')}`);
  }
  const totals = columns.map(({ scenarios }) => count([...scenarios.values()].flat()).padStart(12));
  console.log(`  ${'total'.padEnd(width)}  ${totals.join('')}`);
}

function count(checks) {
  const of = (status) => checks.filter((check) => check.status === status).length;
  return `${of('SUCCESS')}/${of('FAILURE')}`;
}

function failures(column) {
  return [...column.scenarios].flatMap(([scenario, checks]) =>
    checks.filter((check) => check.status === 'FAILURE').map((check) => ({ scenario, check })),
  );
}

/** The worst status of a check, by its id. */
function worst(checks) {
  const byId = new Map();
  for (const check of checks) {
    const before = byId.get(check.id);
    if (!before || RANK[check.status] > RANK[before.status]) {
      byId.set(check.id, check);
    }
  }
  return byId;
}

/** The checks that a gate does worse at, with the words for it; what was not tried is not worse. */
function worseThan(direct, gate) {
  const found = [];
  for (const [scenario, checks] of direct.scenarios) {
    const through = worst(gate.scenarios.get(scenario) ?? []);
    for (const [id, check] of worst(checks)) {
      const other = through.get(id);
      const untried = check.status === 'SUCCESS' && RANK[other?.status] === RANK.INFO;
      if (!untried && RANK[check.status] < (other ? RANK[other.status] : RANK.FAILURE)) {
        const now = other ? `${other.status} ${oneLine(other.errorMessage)}` : 'not there';
        found.push({ scenario, line: `${scenario}  ${id}: ${check.status}, now ${now}` });
      }
    }
  }
  return found;
}

function compare(direct, gate) {
  for (const [scenario, checks] of direct.scenarios) {
    const through = worst(gate.scenarios.get(scenario) ?? []);
    for (const [id, check] of worst(checks)) {
      const other = through.get(id);
      if (check.status === 'SUCCESS' && RANK[other?.status] === RANK.INFO) {
        console.log(`  not tried  ${gate.name}  ${scenario}  ${id}: ${other.status} ${oneLine(other.details?.message)}`);
      }
    }
  }
  for (const { line } of worseThan(direct, gate)) {
    worse++;
    console.log(`  WORSE  ${gate.name}  ${line}`);
  }
}

function requirements(set) {
  const text = readFileSync(
    path.join(PEERS, 'node_modules/@modelcontextprotocol/conformance/requirements', `${set}.yaml`),
    'utf8',
  );
  const section = (name) =>
    text
      .split(new RegExp(`^${name}:\\n`, 'm'))[1]
      .split(/^\S/m)[0]
      .split('\n')
      .map((line) => line.match(/^ {2}- (\S+)$/)?.[1])
      .filter(Boolean);
  return { server: section('server'), client: section('client') };
}

function oneLine(text = '') {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 160 && !values.verbose ? `${line.slice(0, 160)}...` : line;
}

function start(command, args, env = {}) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.on('close', () => running.delete(child));
  return child;
}

function said(child, stream, pattern) {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => reject(new Error(`${child.spawnfile} did not say ${pattern}: ${text}`)), 60_000);
    child[stream].on('data', (data) => {
      text += data;
      const match = text.match(pattern);
      if (match) {
        clearTimeout(timer);
        resolve(match[1]);
      }
    });
    child.on('close', () => reject(new Error(`${child.spawnfile} ended: ${text}`)));
    child[stream === 'stdout' ? 'stderr' : 'stdout'].resume();
  });
}

async function stop(child) {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child.on('close', resolve));
    child.kill('SIGTERM');
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 10_000))]);
    child.kill('SIGKILL');
  }
}
