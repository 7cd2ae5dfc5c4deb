// An MCP client that a test talks to while its calls are under way. One JSON message a line each way.
//
// First in: {"library": "client" | "sdk", "era": "2025-11-25" | "2026-07-28", "command", "args", "env",
//            "elicitation": {"modes": {...}, "answer": {...}}}   (elicitation may be missing: the client cannot be asked)
// Then in:  {"id", "tool", "arguments", "watched"?: true}         any number, not waiting for each other
//           {"cancel": id}
// Out:      {"connected": version}, {"elicited": {"mode", "message", "url"}}, {"id", "started", "result" | "error"},
//           {"progressOf": id, "progress", "total"?, "message"?}  of watched calls, by the client's own progress token
import readline from "node:readline";

const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (message) => process.stdout.write(JSON.stringify(message) + "\n");
const plan = JSON.parse((await lines.next()).value);
const two = plan.library === "client";
const { Client } = await import(two ? "@modelcontextprotocol/client" : "@modelcontextprotocol/sdk/client/index.js");
const { StdioClientTransport } = await import(two ? "@modelcontextprotocol/client/stdio" : "@modelcontextprotocol/sdk/client/stdio.js");

const options = { capabilities: plan.elicitation ? { elicitation: plan.elicitation.modes } : {} };
if (two) options.versionNegotiation = { mode: plan.era === "2026-07-28" ? { pin: plan.era } : "legacy" };
const client = new Client({ name: "ilura-asking-client", version: "1.0.0" }, options);
if (plan.elicitation) {
  const answer = async ({ params }) => {
    say({ elicited: { mode: params.mode ?? "form", message: params.message, url: params.url ?? "" } });
    return plan.elicitation.answer;
  };
  if (two) client.setRequestHandler("elicitation/create", answer);
  else client.setRequestHandler((await import("@modelcontextprotocol/sdk/types.js")).ElicitRequestSchema, answer);
}
const transport = new StdioClientTransport({ command: plan.command, args: plan.args, env: plan.env, stderr: "inherit" });
let version = "";
transport.setProtocolVersion = (agreed) => { version = agreed; };
await client.connect(transport);
say({ connected: version || client.getNegotiatedProtocolVersion?.() || plan.era });

const patience = { timeout: 120_000 };
const watched = new Map();
for await (const line of lines) {
  const { id, tool, arguments: given, watched: watching, cancel } = JSON.parse(line);
  if (cancel !== undefined) {
    watched.get(cancel)?.abort("nobody waits any more");
    continue;
  }
  const started = Date.now();
  const call = { name: tool, arguments: given };
  const how = watching ? watch(id) : patience;
  (two ? client.callTool(call, how) : client.callTool(call, undefined, how)).then(
    (result) => say({ id, started, result }),
    (problem) => say({ id, started, error: { code: problem.code ?? 0, message: problem.message } }),
  );
}
await client.close();

function watch(id) {
  const controller = new AbortController();
  watched.set(id, controller);
  const onprogress = ({ progress, total, message }) => say({ progressOf: id, progress, total, message });
  return { ...patience, signal: controller.signal, onprogress };
}
