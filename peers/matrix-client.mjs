// One official TypeScript client against one server: lists, calls, watches progress, cancels; prints what came of each.
//
//   node matrix-client.mjs < plan.json
//
// The plan: {"sdk": "v1"|"v2", "transport": "stdio"|"http"|"sse", "era": "handshake"|"modern", "url"?, "command"?, "args"?, "env"?}
// The answer: one line, {"revision", "list", "call", "progress", "cancel"}; each "ok" or what went wrong.
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

const plan = JSON.parse(await text(process.stdin));
const { client, call } = plan.sdk === 'v1' ? await v1() : await v2();

const seen = {
  list: await attempt(async () => {
    const { tools } = await client.listTools();
    require(tools.some(({ name }) => name === 'test_simple_text'), `${tools.length} tools without the right one`);
  }),
  call: await attempt(async () => {
    const { content } = await call('test_simple_text', {});
    require(content[0].text.startsWith('This is a simple text'), JSON.stringify(content));
  }),
  progress: await attempt(async () => {
    const steps = [];
    // apart: the v1 client forgets who watches when progress and answer come in one piece
    await call('slow', { steps: 3, stepMs: 250 }, { onprogress: ({ progress }) => steps.push(progress) });
    require(steps.join() === '1,2,3', `progress was ${steps}`);
  }),
  cancel: await attempt(async () => {
    const before = await cancelled();
    const controller = new AbortController();
    const running = call('slow', { steps: 2000, stepMs: 25 }, {
      signal: controller.signal,
      onprogress: () => controller.abort(),
    });
    await running.then(() => require(false, 'the call went on'), () => {});
    for (let look = 0; look < 150 && (await cancelled()) === before; look++) {
      await delay(100);
    }
    require((await cancelled()) > before, 'the server did not learn of it');
  }),
};
await client.close();
process.stdout.write(JSON.stringify(seen) + '\n');
process.exit(0);

async function cancelled() {
  return Number((await call('cancelled_calls', {})).content[0].text);
}

async function attempt(step) {
  try {
    await step();
    return 'ok';
  } catch (error) {
    return String(error.message ?? error).slice(0, 200);
  }
}

function require(condition, message) {
  if (!condition) {
    throw new Error(message);
  }
}

async function v1() {
  const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
  const client = new Client({ name: 'ilura-matrix', version: '1.0.0' });
  await client.connect(
    await transport({
      stdio: async () => (await import('@modelcontextprotocol/sdk/client/stdio.js')).StdioClientTransport,
      http: async () => (await import('@modelcontextprotocol/sdk/client/streamableHttp.js')).StreamableHTTPClientTransport,
      sse: async () => (await import('@modelcontextprotocol/sdk/client/sse.js')).SSEClientTransport,
    }),
  );
  return { client, call: (name, args, options) => client.callTool({ name, arguments: args }, undefined, options) };
}

async function v2() {
  const all = await import('@modelcontextprotocol/client');
  const negotiation = plan.era === 'modern' ? { versionNegotiation: { mode: 'auto' } } : {};
  const client = new all.Client({ name: 'ilura-matrix', version: '1.0.0' }, negotiation);
  await client.connect(
    await transport({
      stdio: async () => (await import('@modelcontextprotocol/client/stdio')).StdioClientTransport,
      http: async () => all.StreamableHTTPClientTransport,
      sse: async () => all.SSEClientTransport,
    }),
  );
  return { client, call: (name, args, options) => client.callTool({ name, arguments: args }, options) };
}

async function transport(kinds) {
  const Transport = await kinds[plan.transport]();
  return plan.transport === 'stdio'
    ? new Transport({ command: plan.command, args: plan.args, env: plan.env, stderr: 'inherit' })
    : new Transport(new URL(plan.url));
}
