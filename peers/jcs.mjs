// Canonical forms by two libraries: reads one JSON text a line, prints both forms in base64, or "refused".

import canonicalize from 'canonicalize';
import { canonicalize as jsonCanonicalize } from 'json-canonicalize';
import { createInterface } from 'node:readline';

function form(library, text) {
  try {
    return Buffer.from(library(JSON.parse(text)), 'utf8').toString('base64');
  } catch {
    return 'refused';
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const text = Buffer.from(line, 'base64').toString('utf8');
  console.log(form(canonicalize, text) + ' ' + form(jsonCanonicalize, text));
}
