// The upstream of the conformance runs: one server, both eras or one of them, over stdio or HTTP.
//
//   node fixture.mjs stdio|http|sse [--mode dual|modern|handshake] [--port N] [--host H] [--tls CERT KEY]
//
// sse is the transport of 2024-11-05, at /sse. Over HTTP it prints "listening on PORT" when it takes requests. The handshake era has sessions, and resumes streams.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { parseArgs } from 'node:util';
import { NodeStreamableHTTPServerTransport, localhostHostValidation, localhostOriginValidation, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, isInitializeRequest } from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { everything } from './surface.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    mode: { type: 'string', default: 'dual' },
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    cert: { type: 'string' },
    key: { type: 'string' },
  },
});

if (positionals[0] === 'stdio') {
  stdio(values.mode);
} else {
  await serveHttp(values);
}

function stdio(mode) {
  const changed = (kind, server) => {
    if (kind === 'tools') {
      server.sendToolListChanged();
    } else {
      server.sendPromptListChanged();
    }
  };
  if (mode === 'handshake') {
    // a server of before 2026-07-28: knows no server/discover
    everything(changed).connect(new StdioServerTransport());
  } else {
    serveStdio(() => everything(changed), { legacy: mode === 'modern' ? 'reject' : 'serve' });
  }
}

async function serveHttp({ mode, port, host, cert, key }) {
  const sessions = new Map();
  const changed = (kind) => {
    modern.notify[kind === 'tools' ? 'toolsChanged' : 'promptsChanged']();
    for (const { server } of sessions.values()) {
      if (kind === 'tools') {
        server.sendToolListChanged();
      } else {
        server.sendPromptListChanged();
      }
    }
  };
  const modern = createMcpHandler(() => everything(changed), { legacy: 'reject' });
  const serveModern = toNodeHandler(modern);
  const serveSession = handshakeSessions(sessions, changed);
  const hostFine = localhostHostValidation();
  const originFine = localhostOriginValidation();

  const serveOld = oldSessions();
  const answer = async (req, res) => {
    if (!hostFine(req, res) || !originFine(req, res)) {
      return;
    }
    if (positionals[0] === 'sse') {
      await serveOld(req, res);
      return;
    }
    if (new URL(req.url, 'http://localhost').pathname !== '/mcp') {
      res.writeHead(404).end();
      return;
    }
    const body = req.method === 'POST' ? await bodyOf(req) : undefined;
    if (mode === 'modern' || (mode === 'dual' && isModern(req, body))) {
      await serveModern(req, res, body);
    } else {
      await serveSession(req, res, body);
    }
  };
  const listener = (req, res) =>
    answer(req, res).catch((error) => {
      console.error(error);
      if (!res.headersSent) {
        res.writeHead(500);
      }
      res.end();
    });
  const server = cert
    ? https.createServer({ cert: readFileSync(cert), key: readFileSync(key) }, listener)
    : http.createServer(listener);
  // Node closes idle connections after 5 s; a client that uses one at that very moment loses its request
  server.keepAliveTimeout = 120_000;
  server.listen(Number(port), host, () => console.log(`listening on ${server.address().port}`));
}

async function bodyOf(req) {
  const chunks = [];
  for await (const chunk of req) {
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}

function isModern(req, body) {
  const claims = body?.params?._meta?.['io.modelcontextprotocol/protocolVersion'] !== undefined;
  return claims || (req.headers['mcp-protocol-version'] ?? '') >= '2026' || req.headers['mcp-method'] !== undefined
    && body?.method !== 'initialize';
}

/** The handshake era with sessions: one server and one transport for each. */
function handshakeSessions(sessions, changed) {
  return async (req, res, body) => {
    const id = req.headers['mcp-session-id'];
    const known = id === undefined ? undefined : sessions.get(id);
    if (known) {
      await known.transport.handleRequest(req, res, body);
      return;
    }
    if (id !== undefined || req.method !== 'POST' || !isInitializeRequest(body)) {
      const code = id === undefined ? 400 : 404;
      res.writeHead(code, { 'content-type': 'application/json' });
      res.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32000, message: 'no such session' } }));
      return;
    }
    const server = everything(changed);
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      eventStore: new EventLog(),
      retryInterval: 100,
      onsessioninitialized: (session) => {
        sessions.set(session, { transport, server });
      },
    });
    transport.onclose = () => sessions.delete(transport.sessionId);
    await server.connect(transport);
    await transport.handleRequest(req, res, body);
  };
}

/** HTTP+SSE of 2024-11-05: a session is a stream, and messages are posted beside it. */
function oldSessions() {
  const streams = new Map();
  return async (req, res) => {
    const { pathname, searchParams } = new URL(req.url, 'http://localhost');
    if (req.method === 'GET' && pathname === '/sse') {
      const id = randomUUID();
      const transport = {
        async start() {
          res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
          res.write(`event: endpoint\ndata: /message?session=${id}\n\n`);
        },
        async send(message) {
          res.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
        },
        async close() {
          res.end();
          this.onclose?.();
        },
      };
      streams.set(id, transport);
      res.on('close', () => {
        streams.delete(id);
        transport.onclose?.();
      });
      await everything(() => {}).connect(transport);
    } else if (req.method === 'POST' && streams.has(searchParams.get('session'))) {
      const body = await bodyOf(req);
      res.writeHead(202).end();
      streams.get(searchParams.get('session'))?.onmessage?.(body);
    } else {
      res.writeHead(404).end();
    }
  };
}

/** What was sent on the streams of one session, for clients that come back. */
class EventLog {
  #events = [];

  async storeEvent(stream, message) {
    const id = `${stream}_${this.#events.length}`;
    this.#events.push({ id, stream, message });
    return id;
  }

  async getStreamIdForEventId(id) {
    return this.#events.find((event) => event.id === id)?.stream;
  }

  async replayEventsAfter(last, { send }) {
    const at = this.#events.findIndex((event) => event.id === last);
    const stream = this.#events[at]?.stream;
    for (const event of this.#events.slice(at + 1)) {
      if (event.stream === stream && event.message.jsonrpc) {
        await send(event.id, event.message);
      }
    }
    return stream;
  }
}
