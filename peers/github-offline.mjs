// The real GitHub server (@modelcontextprotocol/server-github) with a GitHub of one directory instead of the network:
//   node github-offline.mjs DIRECTORY
// DIRECTORY/issue.txt is the body of issue 1 of acme/site, a public repository; every comment on it is a line of
// DIRECTORY/comments.jsonl. Nothing else is answered, and nothing leaves the machine.
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const directory = process.argv[2];
const ISSUE = 'https://api.github.com/repos/acme/site/issues/1';

function json(status, body) {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}

globalThis.fetch = async (url, options = {}) => {
  const request = `${options.method ?? 'GET'} ${url}`;
  if (request === `GET ${ISSUE}`) {
    const body = readFileSync(join(directory, 'issue.txt'), 'utf8');
    return json(200, { number: 1, title: 'The build is slow', state: 'open', user: { login: 'stranger' }, body });
  }
  if (request === `POST ${ISSUE}/comments`) {
    appendFileSync(join(directory, 'comments.jsonl'), `${options.body}\n`);
    return json(201, { id: 1, body: JSON.parse(options.body).body });
  }
  return json(404, { message: `Not Found: ${request}` });
};

await import('@modelcontextprotocol/server-github/dist/index.js');
