// Checks jobs, one JSON object a line on stdin, with @sigstore/verify; prints "true" or "false" for each.

import { createHash, createPublicKey } from 'node:crypto';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(import.meta.url);
const root = require.resolve('@sigstore/verify').replace(/index\.js$/, '');
const { verifyCheckpoint } = require(root + 'tlog/checkpoint.js');
const { verifyMerkleInclusion } = require(root + 'tlog/merkle.js');

/** One line of a signed note, the log's ECDSA one, and the inclusion of one record under it. */
function check(job) {
  const spki = Buffer.from(job.Ecdsa, 'base64');
  const tlog = {
    logID: createHash('sha256').update(spki).digest(),
    baseURL: 'https://' + job.Origin,
    publicKey: createPublicKey({ key: spki, format: 'der', type: 'spki' }),
  };
  const entry = {
    canonicalizedBody: Buffer.from(job.Record, 'base64'),
    inclusionProof: {
      checkpoint: { envelope: job.Note },
      hashes: (job.Hashes ?? []).map((hash) => Buffer.from(hash, 'base64')),
      logIndex: String(job.Index),
    },
  };
  try {
    verifyMerkleInclusion(entry, verifyCheckpoint(entry, [tlog]));
    return true;
  } catch {
    return false;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  if (line !== '') console.log(check(JSON.parse(line)));
}
