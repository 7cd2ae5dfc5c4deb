// What the official conformance suite asks of a server, in one factory for both eras: tools, resources, prompts.
// A tool that needs the client returns `input_required`; in the handshake era the SDK turns that into requests of its own.
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  McpServer,
  ResourceTemplate,
  completable,
  createRequestStateCodec,
  fromJsonSchema,
  inputRequired,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
const SILENCE = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAgD4AAAB9AAACABAAZGF0YQAAAAA=';
const ANY_INPUT = { type: 'object', properties: {} };

const states = createRequestStateCodec({ key: randomBytes(32), ttlSeconds: 300 });

// Lists that can change are the process's, not the instance's: over HTTP an instance lives for one request.
const grown = { tools: 0, prompts: 0 };

const text = (...lines) => ({ content: lines.map((line) => ({ type: 'text', text: line })) });

const nameForm = inputRequired.elicit({
  message: 'What is your name?',
  requestedSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
  // where questions have no keys, before 2026-07-28, this is how the gate learns what the server calls it
  _meta: { 'dev.ilura/key': 'user_name' },
});

const ask = (what, maxTokens = 100) =>
  inputRequired.createMessage({
    messages: [{ role: 'user', content: { type: 'text', text: what } }],
    maxTokens,
  });

/** The accepted content of a form, whatever the client sent; undefined if it is none. */
function filledIn(ctx, key) {
  const answer = ctx.mcpReq.inputResponses?.[key];
  return answer?.action === 'accept' && typeof answer.content === 'object' ? answer.content : undefined;
}

const said = (message) => {
  const content = Array.isArray(message?.content) ? message.content[0] : message?.content;
  return content?.type === 'text' ? content.text : undefined;
};

function capabilitiesOf(server, ctx) {
  return ctx.mcpReq.envelope?.['io.modelcontextprotocol/clientCapabilities']
    ?? ctx.mcpReq._meta?.['io.modelcontextprotocol/clientCapabilities']
    ?? server.server.getClientCapabilities()
    ?? {};
}

/** @param changed tells whoever listens that a list of this kind changed, or that a resource did */
export function everything(changed) {
  const server = new McpServer(
    { name: 'ilura-conformance-fixture', version: '1.0.0' },
    {
      capabilities: {
        tools: { listChanged: true },
        prompts: { listChanged: true },
        resources: { subscribe: true, listChanged: true },
        completions: {},
        logging: {},
      },
      cacheHints: { 'tools/list': { ttlMs: 1000, cacheScope: 'public' } },
      requestState: { verify: states.verify },
    },
  );
  contents(server);
  conversation(server);
  rounds(server);
  diagnostics(server, changed);
  resources(server);
  prompts(server);
  return server;
}

function tool(server, name, description, inputSchema, run) {
  server.registerTool(name, { description, inputSchema: fromJsonSchema(inputSchema) }, run);
}

function contents(server) {
  const plain = (name, description, content) => tool(server, name, description, ANY_INPUT, async () => ({ content }));
  const resource = (uri, mimeType, body) => ({ type: 'resource', resource: { uri, mimeType, text: body } });
  const image = { type: 'image', data: PIXEL, mimeType: 'image/png' };
  plain('test_simple_text', 'Returns text.', [{ type: 'text', text: 'This is a simple text response for testing.' }]);
  plain('test_image_content', 'Returns an image.', [image]);
  plain('test_audio_content', 'Returns audio.', [{ type: 'audio', data: SILENCE, mimeType: 'audio/wav' }]);
  plain('test_embedded_resource', 'Returns a resource.', [
    resource('test://embedded-resource', 'text/plain', 'This is an embedded resource content.'),
  ]);
  plain('test_multiple_content_types', 'Returns text, an image and a resource.', [
    { type: 'text', text: 'Multiple content types test:' },
    image,
    resource('test://mixed-content-resource', 'application/json', JSON.stringify({ test: 'data', value: 123 })),
  ]);
  tool(server, 'test_error_handling', 'Always fails.', ANY_INPUT, async () => {
    throw new Error('This tool intentionally returns an error for testing');
  });
  tool(server, 'json_schema_2020_12_tool', 'Has a schema that uses what 2020-12 brought.', SCHEMA_2020_12, async (args) =>
    text(JSON.stringify(args)));
  tool(
    server,
    'test_custom_headers',
    'Has arguments that are mirrored in HTTP headers.',
    {
      type: 'object',
      properties: {
        region: { type: 'string', 'x-mcp-header': 'Region' },
        priority: { type: 'integer', 'x-mcp-header': 'Priority' },
        note: { type: 'string' },
      },
      required: ['region'],
    },
    async (args) => text(`region=${args.region}`),
  );
}

const SCHEMA_2020_12 = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
};

function conversation(server) {
  tool(server, 'test_tool_with_logging', 'Logs while it works.', ANY_INPUT, async (args, ctx) => {
    await ctx.mcpReq.log('info', 'Tool execution started');
    await delay(50);
    await ctx.mcpReq.log('info', 'Tool processing data');
    await delay(50);
    await ctx.mcpReq.log('info', 'Tool execution completed');
    return text('The tool ran and logged.');
  });
  tool(server, 'test_tool_with_progress', 'Reports its progress.', ANY_INPUT, async (args, ctx) => {
    const progressToken = ctx.mcpReq._meta?.progressToken;
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined) {
        await ctx.mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 100 } });
      }
      await delay(50);
    }
    return text('The tool ran and reported.');
  });
  tool(
    server,
    'test_sampling',
    'Asks the model of the client.',
    { type: 'object', properties: { prompt: { type: 'string' } }, required: ['prompt'] },
    async ({ prompt }, ctx) => {
      const answer = ctx.mcpReq.inputResponses?.answer;
      return answer
        ? text(`LLM response: ${said(answer)}`)
        : inputRequired({ inputRequests: { answer: ask(prompt) } });
    },
  );
  const form = (name, description, inputSchema, request, report) =>
    tool(server, name, description, inputSchema, async (args, ctx) => {
      const answer = ctx.mcpReq.inputResponses?.form;
      return answer
        ? text(report(answer))
        : inputRequired({ inputRequests: { form: inputRequired.elicit(request(args)) } });
    });
  form(
    'test_elicitation',
    'Asks the person at the client.',
    { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
    ({ message }) => ({
      message,
      requestedSchema: {
        type: 'object',
        properties: {
          username: { type: 'string', description: "User's response" },
          email: { type: 'string', description: "User's email address" },
        },
        required: ['username', 'email'],
      },
    }),
    (answer) => `User response: action=${answer.action}, content=${JSON.stringify(answer.content ?? {})}`,
  );
  const completed = (answer) =>
    `Elicitation completed: action=${answer.action}, content=${JSON.stringify(answer.content ?? {})}`;
  form(
    'test_elicitation_sep1034_defaults',
    'Shows a form with defaults.',
    ANY_INPUT,
    () => ({
      message: 'Please check the values',
      requestedSchema: {
        type: 'object',
        properties: {
          name: { type: 'string', default: 'John Doe' },
          age: { type: 'integer', default: 30 },
          score: { type: 'number', default: 95.5 },
          status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
          verified: { type: 'boolean', default: true },
        },
        required: [],
      },
    }),
    completed,
  );
  const titled = (consts, titles) => consts.map((value, at) => ({ const: value, title: titles[at] }));
  form(
    'test_elicitation_sep1330_enums',
    'Shows a form with every kind of choice.',
    ANY_INPUT,
    () => ({
      message: 'Please choose',
      requestedSchema: {
        type: 'object',
        properties: {
          untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
          titledSingle: {
            type: 'string',
            oneOf: titled(['value1', 'value2', 'value3'], ['First Option', 'Second Option', 'Third Option']),
          },
          legacyEnum: {
            type: 'string',
            enum: ['opt1', 'opt2', 'opt3'],
            enumNames: ['Option One', 'Option Two', 'Option Three'],
          },
          untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
          titledMulti: {
            type: 'array',
            items: { anyOf: titled(['value1', 'value2', 'value3'], ['First Choice', 'Second Choice', 'Third Choice']) },
          },
        },
        required: [],
      },
    }),
    completed,
  );
}

/** Multi-round-trip requests of 2026-07-28. */
function rounds(server) {
  const round = (name, description, run) => tool(server, name, description, ANY_INPUT, run);
  round('test_input_required_result_elicitation', 'Asks for a name.', async (args, ctx) => {
    const name = filledIn(ctx, 'user_name')?.name;
    return typeof name === 'string' ? text(`Hello, ${name}!`) : inputRequired({ inputRequests: { user_name: nameForm } });
  });
  round('test_input_required_result_sampling', 'Asks the model.', async (args, ctx) => {
    const answer = said(ctx.mcpReq.inputResponses?.capital_question);
    return answer === undefined
      ? inputRequired({ inputRequests: { capital_question: ask('What is the capital of France?') } })
      : text(answer);
  });
  round('test_input_required_result_list_roots', 'Asks for the roots.', async (args, ctx) => {
    const roots = ctx.mcpReq.inputResponses?.client_roots?.roots;
    return Array.isArray(roots)
      ? text(`Roots: ${roots.map((root) => root.uri).join(', ')}`)
      : inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
  });
  const confirm = inputRequired.elicit({
    message: 'Please confirm',
    requestedSchema: { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] },
  });
  const stateful = (name, done) =>
    round(name, 'Asks for a confirmation and keeps a state.', async (args, ctx) => {
      const known = ctx.mcpReq.requestState()?.tool === name;
      return known && filledIn(ctx, 'confirm')
        ? text(done)
        : inputRequired({ inputRequests: { confirm }, requestState: await states.mint({ tool: name }, ctx) });
    });
  stateful('test_input_required_result_request_state', 'The answer came with its state: state-ok');
  stateful('test_input_required_result_tampered_state', 'The state is the one that was given out.');
  round('test_input_required_result_multiple_inputs', 'Asks for three things.', async (args, ctx) => {
    const { user_name: name, greeting, client_roots: roots } = ctx.mcpReq.inputResponses ?? {};
    return name && greeting && roots
      ? text(`${said(greeting)} ${filledIn(ctx, 'user_name')?.name} has ${roots.roots?.length} roots.`)
      : inputRequired({
          inputRequests: {
            user_name: nameForm,
            greeting: ask('Generate a greeting', 50),
            client_roots: inputRequired.listRoots(),
          },
          requestState: await states.mint({ tool: 'multiple' }, ctx),
        });
  });
  round('test_input_required_result_multi_round', 'Asks twice.', async (args, ctx) => {
    const state = ctx.mcpReq.requestState();
    const step = (key, message, property) =>
      inputRequired.elicit({
        message,
        requestedSchema: { type: 'object', properties: { [property]: { type: 'string' } }, required: [property] },
      });
    if (state?.step === 2 && filledIn(ctx, 'step2')) {
      return text(`${state.name} likes ${filledIn(ctx, 'step2').color}.`);
    }
    if (state?.step === 1 && filledIn(ctx, 'step1')) {
      return inputRequired({
        inputRequests: { step2: step('step2', 'Step 2: What is your favorite color?', 'color') },
        requestState: await states.mint({ step: 2, name: filledIn(ctx, 'step1').name }, ctx),
      });
    }
    return inputRequired({
      inputRequests: { step1: step('step1', 'Step 1: What is your name?', 'name') },
      requestState: await states.mint({ step: 1 }, ctx),
    });
  });
  round('test_input_required_result_capabilities', 'Asks only for what the client can do.', async (args, ctx) => {
    if (ctx.mcpReq.inputResponses && Object.keys(ctx.mcpReq.inputResponses).length > 0) {
      return text('Thank you.');
    }
    const can = capabilitiesOf(server, ctx);
    const inputRequests = {
      ...(can.elicitation && { user_name: nameForm }),
      ...(can.sampling && { greeting: ask('Generate a greeting') }),
      ...(can.roots && { client_roots: inputRequired.listRoots() }),
    };
    return Object.keys(inputRequests).length > 0 ? inputRequired({ inputRequests }) : text('You can nothing.');
  });
}

function diagnostics(server, changed) {
  // The SDK answers -32021 for what the client did not declare.
  tool(server, 'test_missing_capability', 'Needs sampling.', ANY_INPUT, async (args, ctx) =>
    ctx.mcpReq.inputResponses
      ? text('The client can sample.')
      : inputRequired({ inputRequests: { answer: ask('Are you there?') } }));
  tool(server, 'test_streaming_elicitation', 'Asks after it has begun to stream.', ANY_INPUT, async (args, ctx) => {
    const progressToken = ctx.mcpReq._meta?.progressToken ?? ctx.mcpReq.id;
    await ctx.mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
    return ctx.mcpReq.inputResponses ? text('Thank you.') : inputRequired({ inputRequests: { user_name: nameForm } });
  });
  tool(server, 'test_logging_tool', 'Logs if it may.', ANY_INPUT, async (args, ctx) => {
    await ctx.mcpReq.log('info', 'a line of the tool');
    return text('Done.');
  });
  tool(server, 'test_trigger_tool_change', 'Adds a tool.', ANY_INPUT, async () => {
    grown.tools++;
    changed('tools', server);
    return text('There is one more tool.');
  });
  tool(server, 'test_trigger_prompt_change', 'Adds a prompt.', ANY_INPUT, async () => {
    grown.prompts++;
    changed('prompts', server);
    return text('There is one more prompt.');
  });
  tool(server, 'test_reconnection', 'Closes its stream before it answers.', ANY_INPUT, async (args, ctx) => {
    ctx.http?.closeSSE?.();
    await delay(200);
    return text('The answer after the reconnection.');
  });
  tool(server, 'slow', 'Reports progress until it is finished or cancelled.', KEYED, async ({ key = '' }, ctx) => {
    const progressToken = ctx.mcpReq._meta?.progressToken;
    for (let progress = 1; progress <= 2000 && !finished.has(key) && !ctx.mcpReq.signal.aborted; progress++) {
      if (progressToken !== undefined) {
        await ctx.mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress } });
      }
      await delay(25);
    }
    if (ctx.mcpReq.signal.aborted) {
      cancelled.add(key);
    }
    return text('slept');
  });
  tool(server, 'finish', 'Ends the slow call of this key.', KEYED, async ({ key = '' }) => {
    finished.add(key);
    return text('will end');
  });
  tool(server, 'was_cancelled', 'Whether the slow call of this key was cancelled.', KEYED, async ({ key = '' }) =>
    text(String(cancelled.has(key))),
  );
  for (let n = 1; n <= grown.tools; n++) {
    tool(server, `test_added_tool_${n}`, 'Came later.', ANY_INPUT, async () => text('added'));
  }
}

const KEYED = { type: 'object', properties: { key: { type: 'string' } } };
const finished = new Set();
const cancelled = new Set();

function resources(server) {
  server.registerResource(
    'static-text',
    'test://static-text',
    { description: 'A text.', mimeType: 'text/plain' },
    async (uri) => ({
      contents: [{ uri: uri.href, mimeType: 'text/plain', text: 'This is the content of the static text resource.' }],
    }),
  );
  server.registerResource(
    'static-binary',
    'test://static-binary',
    { description: 'An image.', mimeType: 'image/png' },
    async (uri) => ({ contents: [{ uri: uri.href, mimeType: 'image/png', blob: PIXEL }] }),
  );
  server.registerResource(
    'watched',
    'test://watched-resource',
    { description: 'A text to subscribe to.', mimeType: 'text/plain' },
    async (uri) => ({ contents: [{ uri: uri.href, mimeType: 'text/plain', text: 'watched' }] }),
  );
  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    { description: 'Data by id.', mimeType: 'application/json' },
    async (uri, { id }) => ({
      contents: [
        {
          uri: uri.href,
          mimeType: 'application/json',
          text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
        },
      ],
    }),
  );
  const subscribed = new Set();
  server.server.setRequestHandler('resources/subscribe', async (request) => {
    subscribed.add(request.params.uri);
    return {};
  });
  server.server.setRequestHandler('resources/unsubscribe', async (request) => {
    subscribed.delete(request.params.uri);
    return {};
  });
}

function prompts(server) {
  const say = (...contents) => ({ messages: contents.map((content) => ({ role: 'user', content })) });
  const line = (words) => ({ type: 'text', text: words });
  server.registerPrompt('test_simple_prompt', { description: 'Plain.' }, async () =>
    say(line('This is a simple prompt for testing.')));
  const towns = ['paris', 'park', 'party'];
  server.registerPrompt(
    'test_prompt_with_arguments',
    {
      description: 'With two arguments.',
      argsSchema: z.object({
        arg1: completable(z.string().describe('First test argument'), (value) =>
          towns.filter((town) => town.startsWith(value))),
        arg2: z.string().describe('Second test argument'),
      }),
    },
    async ({ arg1, arg2 }) => say(line(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
  );
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description: 'With a resource.', argsSchema: z.object({ resourceUri: z.string().describe('What to embed') }) },
    async ({ resourceUri }) =>
      say(
        {
          type: 'resource',
          resource: { uri: resourceUri, mimeType: 'text/plain', text: 'Embedded resource content for testing.' },
        },
        line('Please process the embedded resource above.'),
      ),
  );
  server.registerPrompt('test_prompt_with_image', { description: 'With an image.' }, async () =>
    say({ type: 'image', data: PIXEL, mimeType: 'image/png' }, line('Please analyze the image above.')));
  server.registerPrompt('test_input_required_result_prompt', { description: 'Asks first.' }, async (ctx) => {
    const context = filledIn(ctx, 'user_context')?.context;
    return context === undefined
      ? inputRequired({
          inputRequests: {
            user_context: inputRequired.elicit({
              message: 'What context should the prompt use?',
              requestedSchema: {
                type: 'object',
                properties: { context: { type: 'string' } },
                required: ['context'],
              },
            }),
          },
        })
      : say(line(`Use this context: ${context}`));
  });
  for (let n = 1; n <= grown.prompts; n++) {
    server.registerPrompt(`test_added_prompt_${n}`, { description: 'Came later.' }, async () => say(line('added')));
  }
}
