// Drives one MCP server over stdio with the official TypeScript SDK's client and prints what the client saw.
//
//   node client.mjs < plan.json
//
// The plan: {"command": "...", "args": [...], "env": {...}, "calls": [{"tool": "...", "arguments": {...}}]}
// The answer: one line of canonical JSON, {"protocolVersion", "results": [...], "server": {...}, "tools": [...]}.
// A call that the protocol refused gives {"error": {"code", "message"}} in the place of its result.

import { text } from 'node:stream/consumers';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

const plan = JSON.parse(await text(process.stdin));
const transport = new StdioClientTransport({
  command: plan.command,
  args: plan.args,
  env: plan.env,
  stderr: 'inherit',
});
let protocolVersion;
transport.setProtocolVersion = (version) => {
  protocolVersion = version;
};

const client = new Client({ name: 'ilura-peers', version: '1.0.0' });
await client.connect(transport);
const seen = {
  protocolVersion,
  server: client.getServerVersion(),
  tools: await allTools(client),
  results: await inOrder(plan.calls ?? [], (call) => answerTo(client, call)),
};
await client.close();
process.stdout.write(JSON.stringify(canonical(seen)) + '\n');

async function allTools(client) {
  const tools = [];
  let cursor;
  do {
    const page = await client.listTools({ cursor });
    tools.push(...page.tools);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return tools;
}

async function inOrder(items, act) {
  const results = [];
  for (const item of items) {
    results.push(await act(item));
  }
  return results;
}

async function answerTo(client, call) {
  try {
    return await client.callTool({ name: call.tool, arguments: call.arguments });
  } catch (refused) {
    return { error: { code: refused.code, message: refused.message } };
  }
}

// Members in key order, at every depth.
function canonical(value) {
  if (Array.isArray(value)) {
    return value.map(canonical);
  }
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.keys(value)
        .sort()
        .filter((key) => value[key] !== undefined)
        .map((key) => [key, canonical(value[key])]),
    );
  }
  return value;
}
