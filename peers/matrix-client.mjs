// Official TypeScript clients against the servers behind a gate: each lists, calls, watches progress, cancels.
//
//   node matrix-client.mjs < plan.json
//
// The plan: {"servers": [name, ...], "clients": [{"name", "sdk": "v1"|"v2", "transport": "stdio"|"http"|"sse",
// "era": "handshake"|"modern", "url"?, "command"?, "args"?, "env"?}, ...]}. Clients work side by side, each with one server
// after the other. The answer: one line, {client: {server: {"list", "call", "progress", "cancel"}}}; each "ok" or what went
// wrong. Nothing here depends on how fast the machine is: a call goes on until its client has seen enough of it.
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 180_000;

const { servers, clients } = JSON.parse(await text(process.stdin));
const visits = clients.map(async (plan) => [plan.name, await visit(plan)]);
process.stdout.write(JSON.stringify(Object.fromEntries(await Promise.all(visits))) + '\n');
process.exit(0);

async function visit(plan) {
  let connected;
  try {
    connected = await (plan.sdk === 'v1' ? v1(plan) : v2(plan));
  } catch (error) {
    return Object.fromEntries(servers.map((server) => [server, { list: said(error) }]));
  }
  const seen = {};
  for (const server of servers) {
    seen[server] = await steps(connected, server, `${plan.name} ${server}`);
  }
  await connected.client.close();
  return seen;
}

async function steps({ client, call: callTool }, server, key) {
  const call = (name, args, options) => callTool(`${server}__${name}`, args, options);
  return {
    list: await attempt(async () => {
      const { tools } = await client.listTools(undefined, { timeout: PATIENCE_MS });
      require(tools.some(({ name }) => name === `${server}__test_simple_text`), `${tools.length} tools without the right one`);
    }),
    call: await attempt(async () => {
      const { content } = await call('test_simple_text', {});
      require(content[0].text.startsWith('This is a simple text'), JSON.stringify(content));
    }),
    progress: await attempt(async () => {
      const reports = [];
      const enough = signal();
      const running = call('slow', { key }, {
        onprogress: ({ progress }) => {
          reports.push(progress);
          if (reports.length === 3) {
            enough.done();
          }
        },
      });
      await within(Promise.race([enough.promise, running]), () => `progress was ${reports}`);
      await call('finish', { key });
      await running;
      require(reports.slice(0, 3).join() === '1,2,3', `progress was ${reports}`);
    }),
    cancel: await attempt(async () => {
      const controller = new AbortController();
      const running = call('slow', { key: `${key} again` }, {
        signal: controller.signal,
        onprogress: () => controller.abort(),
      });
      await running.then(() => require(false, 'the call went on'), () => {});
      const until = Date.now() + PATIENCE_MS;
      while ((await call('was_cancelled', { key: `${key} again` })).content[0].text !== 'true') {
        require(Date.now() < until, 'the server did not learn of it');
        await delay(50);
      }
    }),
  };
}

function signal() {
  let done;
  const promise = new Promise((resolve) => (done = resolve));
  return { promise, done };
}

function within(promise, what) {
  return Promise.race([promise, delay(PATIENCE_MS, undefined, { ref: false }).then(() => require(false, what()))]);
}

async function attempt(step) {
  try {
    await step();
    return 'ok';
  } catch (error) {
    return said(error);
  }
}

function said(error) {
  return String(error.message ?? error).slice(0, 200);
}

function require(condition, message) {
  if (!condition) {
    throw new Error(message);
  }
}

async function v1(plan) {
  const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
  const client = new Client({ name: 'ilura-matrix', version: '1.0.0' });
  await client.connect(
    await transport(plan, {
      stdio: async () => (await import('@modelcontextprotocol/sdk/client/stdio.js')).StdioClientTransport,
      http: async () => (await import('@modelcontextprotocol/sdk/client/streamableHttp.js')).StreamableHTTPClientTransport,
      sse: async () => (await import('@modelcontextprotocol/sdk/client/sse.js')).SSEClientTransport,
    }),
    { timeout: PATIENCE_MS },
  );
  return {
    client,
    call: (name, args, options) =>
      client.callTool({ name, arguments: args }, undefined, { timeout: PATIENCE_MS, ...options }),
  };
}

async function v2(plan) {
  const all = await import('@modelcontextprotocol/client');
  const negotiation = plan.era === 'modern' ? { versionNegotiation: { mode: 'auto' } } : {};
  const client = new all.Client({ name: 'ilura-matrix', version: '1.0.0' }, negotiation);
  await client.connect(
    await transport(plan, {
      stdio: async () => (await import('@modelcontextprotocol/client/stdio')).StdioClientTransport,
      http: async () => all.StreamableHTTPClientTransport,
      sse: async () => all.SSEClientTransport,
    }),
    { timeout: PATIENCE_MS },
  );
  return {
    client,
    call: (name, args, options) => client.callTool({ name, arguments: args }, { timeout: PATIENCE_MS, ...options }),
  };
}

async function transport(plan, kinds) {
  const Transport = await kinds[plan.transport]();
  return plan.transport === 'stdio'
    ? new Transport({ command: plan.command, args: plan.args, env: plan.env, stderr: 'inherit' })
    : new Transport(new URL(plan.url));
}
