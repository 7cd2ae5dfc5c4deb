// Verifies what Ilura's audit log proves, with nothing else: an evidence bundle or one record's proof in a browser or in
// Node, a whole log directory in Node. No dependency; signatures are checked by WebCrypto or node:crypto.
//
//   node ilura-verify.mjs DIRECTORY|BUNDLE|PROOF [--key KEY]... [--keys FILE] [--witness KEY]... [--anchor FILE]...
//
// Exit code 0: sound; 1: not sound; 2: used wrongly or unreadable. In a browser: import { verifyEvidence, verifyProof }.
// docs/audit-format.md says what is checked. SPDX-License-Identifier: Apache-2.0

const node = typeof process !== 'undefined' && process.versions?.node ? await import('node:crypto') : null;
const subtle = node ? null : globalThis.crypto.subtle;

const MARK = '\u2014 ';
const MAX_RECORD = 60000;
const ECDSA = 'ECDSA_P256';
const ED25519 = 'ED25519';
const P256_PREFIX = fromHex('3059301306072a8648ce3d020106082a8648ce3d03010703420004');
const ED25519_PREFIX = fromHex('302a300506032b6570032100');
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** Something that is not what it must be; its message says what. */
class Wrong extends Error {}

function require(holds, what) {
  if (!holds) throw new Wrong(what);
}

// ---- bytes

function fromHex(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function hex(bytes) {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

function utf8(text) {
  return new TextEncoder().encode(text);
}

function text(bytes, what = 'it is not UTF-8') {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Wrong(what);
  }
}

function concat(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function same(a, b) {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function base64(bytes) {
  return btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(''));
}

function base64url(bytes) {
  return base64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Base64 in its one spelling; other readers take several texts for one value. */
function parseBase64(spelled) {
  require(/^[A-Za-z0-9+/]*={0,2}$/.test(spelled) && spelled.length % 4 === 0, 'not canonical base64');
  const bytes = Uint8Array.from(atob(spelled), (c) => c.charCodeAt(0));
  require(base64(bytes) === spelled, 'not canonical base64');
  return bytes;
}

function parseBase64url(spelled) {
  require(/^[A-Za-z0-9_-]*$/.test(spelled) && spelled.length % 4 !== 1, 'not canonical base64url');
  const bytes = Uint8Array.from(atob(spelled.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  require(base64url(bytes) === spelled, 'not canonical base64url');
  return bytes;
}

function u32(bytes, at) {
  return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
}

function u64(bytes, at) {
  const value = u32(bytes, at) * 2 ** 32 + u32(bytes, at + 4);
  require(Number.isSafeInteger(value), 'a number is beyond 2^53-1');
  return value;
}

function parseNumber(spelled, what = 'a number is none') {
  require(/^(0|[1-9][0-9]{0,17})$/.test(spelled) && Number.isSafeInteger(Number(spelled)), what);
  return Number(spelled);
}

// ---- SHA-256 and the tree of RFC 6962

async function sha256(...parts) {
  if (node) {
    const digest = node.createHash('sha256');
    parts.forEach((part) => digest.update(part));
    return new Uint8Array(digest.digest());
  }
  return new Uint8Array(await subtle.digest('SHA-256', concat(...parts)));
}

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** Grows one leaf at a time and keeps one hash per level. */
class Tree {
  constructor(size = 0, complete = []) {
    this.size = size;
    this.complete = complete;
  }

  copy() {
    return new Tree(this.size, [...this.complete]);
  }

  /** Of the roots of its complete subtrees, from the left. */
  static of(size, roots) {
    const tree = new Tree(size);
    const levels = bits(size);
    require(levels.length === roots.length, 'a tree of this size has another number of subtrees');
    levels.forEach((level, i) => (tree.complete[level] = roots[i]));
    return tree;
  }

  async add(leaf) {
    let hash = leaf;
    let level = 0;
    for (let rest = this.size; rest % 2 === 1; rest = (rest - 1) / 2) {
      hash = await sha256(NODE, this.complete[level++], hash);
    }
    this.complete[level] = hash;
    this.size++;
  }

  async root() {
    let hash = null;
    for (const level of bits(this.size).reverse()) {
      hash = hash === null ? this.complete[level] : await sha256(NODE, this.complete[level], hash);
    }
    return hash ?? sha256();
  }
}

/** The levels of the complete subtrees that a tree consists of, from the left. */
function bits(size) {
  const levels = [];
  for (let level = 0, rest = size; rest > 0; level++, rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) levels.unshift(level);
  }
  return levels;
}

/** For each hash of a proof, from the leaf up, whether it stands to the right. */
function sides(number, size) {
  const right = [];
  for (let from = 0, to = size; to - from > 1; ) {
    let half = 1;
    while (half * 2 < to - from) half *= 2;
    const isRight = number < from + half;
    right.unshift(isRight);
    if (isRight) to = from + half;
    else from += half;
  }
  return right;
}

async function rootOfProof(number, size, leaf, hashes) {
  require(number < size, `record ${number} is not among ${size}`);
  const right = sides(number, size);
  require(
    right.length === hashes.length,
    `a proof of ${hashes.length} hashes does not lead from record ${number} to a tree of ${size}`,
  );
  let hash = leaf;
  for (let i = 0; i < hashes.length; i++) {
    hash = right[i] ? await sha256(NODE, hash, hashes[i]) : await sha256(NODE, hashes[i], hash);
  }
  return hash;
}

// ---- keys and signatures

/** A public key as C2SP signed-note names it. */
async function logKey(name, spki) {
  const ed25519 = startsWith(spki, ED25519_PREFIX) && spki.length === 44;
  require(ed25519 || (startsWith(spki, P256_PREFIX) && spki.length === 91), 'neither a P-256 nor an Ed25519 key');
  const typed = ed25519 ? concat(Uint8Array.of(1), spki.slice(12)) : concat(Uint8Array.of(2), spki);
  const idHash = ed25519 ? await sha256(utf8(name + '\n'), typed) : await sha256(spki);
  const id = u32(idHash, 0);
  return {
    name,
    algorithm: ed25519 ? ED25519 : ECDSA,
    spki,
    id,
    line: `${name}+${hex(idHash.slice(0, 4))}+${base64(typed)}`,
    fingerprint: hex(await sha256(spki)),
    handle: await handle(spki, ed25519),
  };
}

function startsWith(bytes, prefix) {
  return bytes.length >= prefix.length && prefix.every((byte, i) => bytes[i] === byte);
}

async function handle(spki, ed25519) {
  try {
    return node
      ? node.createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
      : await subtle.importKey(
          'spki',
          spki,
          ed25519 ? { name: 'Ed25519' } : { name: 'ECDSA', namedCurve: 'P-256' },
          false,
          ['verify'],
        );
  } catch {
    throw new Wrong('neither a P-256 nor an Ed25519 key');
  }
}

async function parseKey(line) {
  const parts = /^([^+]+)\+([^+]*)\+(.*)$/s.exec(line);
  require(parts, 'a key is written name+id+base64');
  const typed = parseBase64(parts[3]);
  require(typed.length >= 2, 'the key is empty');
  const material = typed.slice(1);
  const key = await logKey(parts[1], typed[0] === 1 ? concat(ED25519_PREFIX, material) : material);
  require(key.line === line, 'the key does not have the id or type it claims');
  return key;
}

/** Whether the 64 bytes are this key's signature; of s and n - s only the lower one counts. */
async function verifies(key, message, raw) {
  if (raw.length !== 64 || (key.algorithm === ECDSA && !isLow(raw))) return false;
  return verifyRaw(key.handle, key.algorithm === ED25519, message, raw);
}

function isLow(raw) {
  const r = BigInt('0x' + hex(raw.slice(0, 32)));
  const s = BigInt('0x' + hex(raw.slice(32)));
  return r > 0n && r < ORDER && s > 0n && s <= ORDER / 2n;
}

async function verifyRaw(key, ed25519, message, raw) {
  try {
    if (node) {
      return ed25519
        ? node.verify(null, message, key, raw)
        : node.verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, raw);
    }
    return await subtle.verify(ed25519 ? { name: 'Ed25519' } : { name: 'ECDSA', hash: 'SHA-256' }, key, raw, message);
  } catch {
    return false;
  }
}

/** r and s, 32 bytes each, of the shortest DER; anybody could write others. */
function rawOfDer(der) {
  const halves = [];
  require(der.length >= 8 && der[0] === 0x30 && der[1] === der.length - 2, 'not an ECDSA signature');
  let at = 2;
  for (let i = 0; i < 2; i++) {
    const length = der[at + 1];
    const from = at + 2;
    const minimal =
      der[at] === 0x02 &&
      length >= 1 &&
      length <= 33 &&
      from + length <= der.length &&
      der[from] < 0x80 &&
      !(length > 1 && der[from] === 0 && der[from + 1] < 0x80) &&
      !(length === 33 && der[from] !== 0);
    require(minimal, 'not the canonical spelling of an ECDSA signature');
    const bytes = der.slice(from, from + length);
    const half = new Uint8Array(32);
    half.set(length === 33 ? bytes.slice(1) : bytes, 32 - Math.min(32, length));
    halves.push(half);
    at = from + length;
  }
  require(at === der.length, 'not an ECDSA signature');
  return concat(...halves);
}

// ---- checkpoints and notes

function parseBody(body) {
  const lines = body.split('\n');
  require(
    lines.length === 4 && lines[3] === '' && /^(0|[1-9][0-9]{0,17})$/.test(lines[1]),
    'a checkpoint has three lines: origin, size, root hash',
  );
  const root = parseBase64(lines[2]);
  require(root.length === 32, 'a checkpoint has a size and a root of 32 bytes');
  return { origin: lines[0], size: parseNumber(lines[1]), root };
}

function bodyOf(checkpoint) {
  return `${checkpoint.origin}\n${checkpoint.size}\n${base64(checkpoint.root)}\n`;
}

function splitNote(note) {
  const gap = note.indexOf('\n\n');
  require(gap >= 0 && note.endsWith('\n'), 'a note is a body, an empty line and signature lines');
  const body = note.slice(0, gap + 1);
  const checkpoint = parseBody(body);
  const lines = note.slice(gap + 2, -1).split('\n');
  require(lines.every((line) => line.startsWith(MARK)), 'a line of the note is no signature');
  const mark = MARK + checkpoint.origin + ' ';
  return {
    body,
    checkpoint,
    own: lines.filter((line) => line.startsWith(mark)),
    others: lines.filter((line) => !line.startsWith(mark)),
  };
}

/** Demands one valid line of each key and no other; stock verifiers ignore lines that they do not know. */
async function requireSigned(body, lines, keys) {
  const missing = new Set(keys);
  for (const line of lines) {
    missing.delete(await signer(body, line, missing));
  }
  require(
    missing.size === 0,
    'no signature of [' + [...missing].map((key) => `${key.algorithm} ${(key.id).toString(16)}`).join(', ') + ']',
  );
}

async function signer(body, line, candidates) {
  for (const key of candidates) {
    const mark = MARK + key.name + ' ';
    if (!line.startsWith(mark)) continue;
    const bytes = parseBase64(line.slice(mark.length));
    if (bytes.length <= 4 || u32(bytes, 0) !== key.id) continue;
    const raw = key.algorithm === ECDSA ? rawOfDer(bytes.slice(4)) : bytes.slice(4);
    require(key.algorithm === ED25519 || isLow(raw), 'not the canonical spelling of an ECDSA signature');
    require(await verifies(key, utf8(body), raw), `the ${key.algorithm} signature is not valid`);
    return key;
  }
  throw new Wrong('a signature line of an unknown key, or a second one of the same');
}

/** The body of a note that must be signed by exactly these keys. */
async function parseNote(note, keys) {
  const gap = note.indexOf('\n\n');
  require(gap >= 0 && note.endsWith('\n'), 'a note is a body, an empty line and signature lines');
  const body = note.slice(0, gap + 1);
  const checkpoint = parseBody(body);
  await requireSigned(body, note.slice(gap + 2, -1).split('\n'), keys);
  return checkpoint;
}

// ---- witnesses, c2sp.org/tlog-cosignature

async function witnessKey(line) {
  const parts = /^([^+\s]+)\+([0-9a-f]{8})\+(.*)$/.exec(line);
  require(parts, 'a witness key is written name+id+base64');
  const typed = parseBase64(parts[3]);
  require(typed.length === 33 && typed[0] === 4, 'not the Ed25519 key of a cosigner (type 0x04)');
  const idHash = await sha256(utf8(parts[1] + '\n'), typed);
  require(hex(idHash.slice(0, 4)) === parts[2], 'the witness key does not have the id it claims');
  const spki = concat(ED25519_PREFIX, typed.slice(1));
  return { name: parts[1], id: u32(idHash, 0), handle: await handle(spki, true) };
}

/** When the witness signed this body, in seconds since 1970; null if the line is somebody else's. */
async function cosigned(witness, body, line) {
  const mark = MARK + witness.name + ' ';
  if (!line.startsWith(mark)) return null;
  const bytes = parseBase64(line.slice(mark.length));
  if (bytes.length < 4 || u32(bytes, 0) !== witness.id) return null;
  const time = bytes.length === 76 ? u64(bytes, 4) : 0;
  const message = utf8(`cosignature/v1\ntime ${time}\n${body}`);
  require(
    time > 0 && (await verifyRaw(witness.handle, true, message, bytes.slice(12))),
    `the cosignature of the witness ${witness.name} is not valid`,
  );
  return time;
}

// ---- records

/** Reads a record in its one spelling; whatever else a lenient reader would take is refused. */
function parseRecord(bytes) {
  const spelled = text(bytes);
  const members = new Map();
  let at = 0;
  let before = '';
  const expect = (token) => {
    require(spelled.startsWith(token, at), `'${token}' is missing`);
    at += token.length;
  };
  const match = (pattern, what) => {
    pattern.lastIndex = at;
    const found = pattern.exec(spelled);
    require(found, what);
    at = pattern.lastIndex;
    return found[0];
  };
  expect('{');
  for (;;) {
    const key = match(/"[!#-[\]-~]+"/y, 'a key is not plain ASCII').slice(1, -1);
    require(before < key, 'a key is out of order or there twice');
    before = key;
    expect(':');
    members.set(key, value(match, spelled[at]));
    if (spelled[at] !== ',') break;
    at++;
  }
  expect('}');
  require(at === spelled.length, 'it does not end with its object');
  return members;
}

// eslint-disable-next-line no-control-regex
const STRING = /"(?:[^"\\\u0000-\u001f]|\\["\\bfnrt]|\\u00(?:0[0-7bef]|1[0-9a-f]))*"/y;

function value(match, first) {
  if (first === '"') return JSON.parse(match(STRING, 'a string is not in its one spelling'));
  if (first === 't' || first === 'f') return match(/true|false/y, 'a value is no string, integer or boolean') === 'true';
  const number = Number(match(/0(?![0-9])|-?[1-9][0-9]*/y, 'a value is no string, integer or boolean'));
  require(Number.isSafeInteger(number), 'an integer is beyond 2^53-1');
  return number;
}

/** The keys of a log as its records name them one after the other. */
class KeyChain {
  constructor(origin) {
    this.origin = origin;
    this.all = new Map();
    this.inForce = [];
    this.next = [];
  }

  async record(record) {
    require(this.next.length === 0, 'a record follows key_rotated in its batch');
    const type = record.get('type');
    if (type === 'genesis') {
      require(this.inForce.length === 0, 'a second genesis');
      this.inForce = await this.named(record);
      this.inForce.forEach((key) => this.all.set(key.line, key));
    } else if (type === 'key_rotated') {
      this.next = await this.named(record);
    }
  }

  async named(record) {
    const keys = [];
    for (const [member, algorithm] of [['keyEcdsa', ECDSA], ['keyEd25519', ED25519]]) {
      const spki = record.get(member);
      require(typeof spki === 'string', `${member} is missing`);
      const key = await logKey(this.origin, parseBase64url(spki));
      require(key.algorithm === algorithm, `${member} is of another kind`);
      keys.push(this.all.get(key.line) ?? key);
    }
    return keys;
  }

  /** Who must have signed the batch that ends here, in order. */
  endBatch() {
    if (this.next.length === 0) return this.inForce.slice(0, 1);
    const both = new Map([...this.inForce, ...this.next].map((key) => [key.line, key]));
    this.inForce = this.next;
    this.next.forEach((key) => this.all.set(key.line, key));
    this.next = [];
    return [...both.values()];
  }

  lines() {
    return [...this.all.keys()];
  }
}

/** `record` parts with the `rotation` parts behind them, as evidence and the file `pruned` have them. */
function parseParts(parts) {
  const records = [];
  for (const part of parts) {
    const lines = part.split('\n');
    if (part.startsWith('rotation ')) {
      const rotated = records.at(-1);
      require(rotated && !rotated.rotation, 'a rotation is there twice or without its record');
      require(
        parseNumber(lines[0].slice(9)) === rotated.number,
        'a rotation does not stand behind its record',
      );
      const hashes = bits(rotated.number).length;
      rotated.rotation = { proof: parseHashes(lines.slice(1, 1 + hashes)), lines: lines.slice(1 + hashes) };
    } else {
      require(lines[0].startsWith('record ') && lines.length > 1, 'a record has no number');
      records.push({
        number: parseNumber(lines[0].slice(7)),
        text: lines[1],
        proof: parseHashes(lines.slice(2)),
        rotation: null,
      });
    }
  }
  return records;
}

function parseHashes(lines) {
  return lines.map((line) => {
    const hash = parseBase64(line);
    require(hash.length === 32, 'a hash has 32 bytes');
    return hash;
  });
}

async function follow(part, record, leaf, chain) {
  const type = part.number === 0 ? 'genesis' : 'key_rotated';
  require(
    record.get('type') === type && record.get('seq') === part.number,
    `record ${part.number} is not one that names keys`,
  );
  await chain.record(record);
  const signers = chain.endBatch();
  if (part.number === 0) {
    require(!part.rotation, 'the first record is no rotation');
    return;
  }
  require(part.rotation, `the signatures of rotation ${part.number} are missing`);
  const root = await rootOfProof(part.number, part.number + 1, leaf, part.rotation.proof);
  const body = bodyOf({ origin: chain.origin, size: part.number + 1, root });
  await requireSigned(body, part.rotation.lines, signers);
}

// ---- what records say about calls

/** Small JSON texts inside records: one reading or none. */
function parseJson(spelled) {
  let at = 0;
  const blank = () => {
    while (at < spelled.length && ' \t\r\n'.includes(spelled[at])) at++;
  };
  const match = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(spelled);
    require(found, 'not strict JSON');
    at = pattern.lastIndex;
    return found[0];
  };
  const string = () => {
    // eslint-disable-next-line no-control-regex
    const value = JSON.parse(match(/"(?:[^"\\\u0000-\u001f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"/y));
    require(!/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(value), 'not strict JSON: a lone surrogate');
    return value;
  };
  const read = (depth) => {
    require(depth <= 8, 'not strict JSON: nested too deep');
    blank();
    if (spelled[at] === '"') return string();
    if (spelled[at] !== '{' && spelled[at] !== '[') {
      const raw = match(/[^,\]} \t\r\n]+/y);
      require(/^(true|false|null|-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?)$/.test(raw), 'not strict JSON: a value is none');
      return JSON.parse(raw);
    }
    const isMap = spelled[at] === '{';
    const end = isMap ? '}' : ']';
    const map = new Map();
    const list = [];
    at++;
    blank();
    if (spelled[at] === end) {
      at++;
      return isMap ? map : list;
    }
    for (;;) {
      blank();
      if (isMap) {
        const key = string();
        blank();
        match(/:/y);
        require(!map.has(key), 'not strict JSON: a key is there twice');
        map.set(key, read(depth + 1));
      } else {
        list.push(read(depth + 1));
      }
      blank();
      if (match(/[,}\]]/y) !== ',') {
        require(spelled[at - 1] === end, 'not strict JSON: a comma is missing');
        return isMap ? map : list;
      }
    }
  };
  const result = read(0);
  blank();
  require(at === spelled.length && result instanceof Map, 'not one JSON object');
  return result;
}

function member(map, name) {
  const found = map.get(name);
  require(typeof found === 'string', `the passkey's evidence has no "${name}"`);
  return found;
}

/** One passkey's signature over one ticket, W3C WebAuthn section 7.2 with the narrower rules of Ilura's page. */
async function verifyPasskey(assertion, challenge) {
  const authenticator = parseBase64url(member(assertion, 'authenticatorData'));
  const clientData = parseBase64url(member(assertion, 'clientDataJSON'));
  const spki = parseBase64url(member(assertion, 'publicKey'));
  const stated = parseJson(text(clientData, 'what the browser stated is not UTF-8'));
  require(stated.get('type') === 'webauthn.get', 'the passkey signed something else than an approval');
  require(same(challenge, parseBase64url(member(stated, 'challenge'))), 'the passkey signed another ticket');
  require(
    (stated.get('crossOrigin') ?? false) === false && !stated.has('topOrigin'),
    'the passkey was asked from inside another page',
  );
  const origin = member(stated, 'origin');
  require(authenticator.length === 37, `the authenticator's data has ${authenticator.length} bytes`);
  const host = origin.replace(/^https?:\/\//, '').replace(/(:[0-9]{1,5})?$/, '');
  require(
    same(await sha256(utf8(host)), authenticator.slice(0, 32)),
    'the passkey belongs to another page than it was asked from',
  );
  require((authenticator[32] & ~0x18) === 0x05, 'the person was not there or not verified');
  const ed25519 = startsWith(spki, ED25519_PREFIX);
  require(
    ed25519 ? spki.length === 44 : startsWith(spki, P256_PREFIX) && spki.length === 91,
    "the passkey's key is on another curve than P-256",
  );
  const signature = parseBase64url(member(assertion, 'signature'));
  const signed = concat(authenticator, await sha256(clientData));
  require(
    await verifyRaw(await handle(spki, ed25519), ed25519, signed, ed25519 ? signature : rawOfDer(signature)),
    "the passkey's signature is not valid",
  );
  return { person: member(assertion, 'person'), credentialId: member(assertion, 'credentialId'), key: hex(await sha256(spki)), origin };
}

const SHARED = ['call', 'session', 'pod', 'principal', 'server', 'serverIdentity', 'tool', 'toolDigest', 'lane', 'approvalId'];

/** What an approval record proves: the ticket has its digest, is about this call, and whoever signed it signed exactly it. */
async function approvalStatements(record) {
  const need = (name) => {
    require(typeof record.get(name) === 'string', `the approval has no "${name}"`);
    return record.get(name);
  };
  const json = need('ticketJson');
  const ticket = parseJson(json);
  const digest = await sha256(utf8('ilura.approval.v1\n' + json));
  require(hex(digest) === need('ticket'), 'the ticket does not have the digest that was recorded');
  for (const name of SHARED) {
    require(!record.has(name) || record.get(name) === ticket.get(name), `the ticket is about another ${name}`);
  }
  const yes = record.get('answer') === 'yes';
  const by = record.has('approver') ? ` by ${record.get('approver')}` : '';
  const over = record.has('channel') ? ` over ${record.get('channel')}` : '';
  const statements = [(yes ? 'approved' : 'not approved') + by + over];
  if (!record.has('evidence')) {
    require(!(yes && record.get('lane') === 'critical'), 'a critical call was approved without a passkey');
    return statements;
  }
  const evidence = parseJson(need('evidence'));
  if (evidence.get('type') !== 'webauthn') {
    return [...statements, 'its evidence is of a kind that this verifier does not check'];
  }
  const nonce = ticket.get('nonce');
  const assertions = evidence.get('assertions');
  require(
    evidence.get('statement') === json &&
      evidence.get('nonce') === nonce &&
      /^[0-9a-f]{64}$/.test(nonce) &&
      Array.isArray(assertions),
    "the passkey's evidence is about another ticket",
  );
  const passkeys = new Set();
  const people = new Set();
  for (const assertion of assertions) {
    require(assertion instanceof Map, "the passkey's evidence has the wrong form");
    const proof = await verifyPasskey(assertion, concat(fromHex(nonce), digest));
    passkeys.add(proof.credentialId);
    people.add(proof.person.toLowerCase());
    statements.push(`signed by the passkey ${proof.key} at ${proof.origin}, whom the gateway knows as ${proof.person}`);
  }
  const needed = Number.isSafeInteger(ticket.get('approvers')) ? ticket.get('approvers') : 1;
  require(passkeys.size >= needed && people.size >= needed, 'fewer people signed than the ticket asks for');
  return statements;
}

/** What proven records say about calls, checked for whether they fit together. */
class Story {
  constructor() {
    this.statements = [];
    this.findings = [];
    this.agreed = new Map();
    this.tools = new Map();
  }

  async record(number, record) {
    try {
      await this.take(record);
      this.sameTool(record);
    } catch (e) {
      if (!(e instanceof Wrong)) throw e;
      this.findings.push(`record ${number}: ${e.message}`);
    }
  }

  async take(record) {
    const say = (what) => this.statements.push(`call ${str(record, 'call')}: ${what}`);
    const call = str(record, 'call');
    switch (str(record, 'type')) {
      case 'decision':
        say((str(record, 'decision') === 'deny' ? 'denied' : 'to be asked') + because(record));
        str(record, 'ruleTrace').split('\n').filter((line) => line !== '').forEach((line) => this.statements.push(`  rule trace: ${line}`));
        break;
      case 'approval':
        if (record.get('answer') === 'expired') {
          this.agreed.delete(call);
          say('not approved, the question expired' + because(record));
          break;
        }
        (await approvalStatements(record)).forEach(say);
        if (record.get('answer') === 'yes') this.agreed.set(call, str(record, 'ticket'));
        break;
      case 'dispatch': {
        if (record.get('decision') === 'approved') {
          const ticket = this.agreed.get(call);
          this.agreed.delete(call);
          require(ticket !== undefined && ticket === record.get('ticket'), 'the call was sent on an approval that is not proven');
        }
        say(`sent to the server, ${str(record, 'decision')}${because(record)}`);
        break;
      }
      case 'outcome':
        say(`outcome ${str(record, 'outcome')}${because(record)}`);
        break;
      case 'inventory':
        if (typeof record.get('definition') === 'string') {
          require(
            hex(await sha256(utf8(record.get('definition')))) === record.get('toolDigest'),
            "the tool's definition does not have the digest that was pinned",
          );
          this.statements.push(`tool ${str(record, 'server')}/${str(record, 'tool')} as pinned: ${record.get('definition')}`);
        }
    }
  }

  sameTool(record) {
    const call = record.get('call');
    const digest = record.get('toolDigest');
    if (typeof call !== 'string' || typeof digest !== 'string') return;
    const before = this.tools.get(call) ?? digest;
    this.tools.set(call, before);
    require(before === digest, 'the tool is not the one that the call was judged with');
  }
}

function str(record, name) {
  return typeof record.get(name) === 'string' ? record.get(name) : '';
}

function because(record) {
  const parts = ['code', 'rule', 'why'].filter((name) => record.has(name)).map((name) => str(record, name));
  return parts.length === 0 ? '' : ': ' + parts.join(', ');
}

// ---- evidence bundles

function isPinned(keys, pin) {
  return keys.some((key) => key.line === pin || key.fingerprint === pin);
}

/**
 * Checks an evidence bundle.
 *
 * @param {string|Uint8Array} bundle
 * @param {{keys?: string[]}} options keys that must have signed: lines of a key list, or SHA-256 (hex) of the key
 * @returns a report; what it is about is proven only if `sound`
 */
export async function verifyEvidence(bundle, options = {}) {
  const report = { kind: 'evidence', sound: false, origin: '', size: 0, keys: [], records: [], statements: [], findings: [] };
  const story = new Story();
  try {
    await readEvidence(typeof bundle === 'string' ? bundle : text(bundle), options.keys ?? [], report, story);
  } catch (e) {
    if (!(e instanceof Wrong)) throw e;
    report.findings.push(`it is not an evidence bundle: ${e.message}`);
  }
  report.statements = story.statements;
  report.findings.push(...story.findings);
  report.sound = report.findings.length === 0;
  return report;
}

async function readEvidence(bundle, pins, report, story) {
  const header = 'ilura/evidence@v1\n';
  const end = bundle.indexOf('\n\ncheckpoint\n');
  require(bundle.startsWith(header) && end >= header.length, 'its parts are not there');
  const parts = bundle.slice(header.length, end).split('\n\n');
  const keys = [];
  for (const line of parts[0].split('\n')) {
    require(line.startsWith('key '), 'a line of the key list is no key');
    keys.push(await parseKey(line.slice(4)));
  }
  report.keys = keys.map((key) => key.line);
  const note = bundle.slice(end + '\n\ncheckpoint\n'.length);
  const claimed = parseBody(note.slice(0, note.indexOf('\n\n') + 1));
  report.origin = claimed.origin;
  report.size = claimed.size;
  for (const pin of pins) {
    if (!isPinned(keys, pin)) report.findings.push(`it is not signed with the key ${pin}`);
  }
  const chain = new KeyChain(claimed.origin);
  for (const part of parseParts(parts.slice(1))) {
    require(report.records.length > 0 || part.number === 0, "the log's first record is missing");
    const bytes = utf8(part.text);
    const record = parseRecord(bytes);
    const leaf = await sha256(LEAF, bytes);
    const root = await rootOfProof(part.number, claimed.size, leaf, part.proof);
    if (!same(root, claimed.root) || record.get('seq') !== part.number) {
      report.findings.push(`record ${part.number} is not in the tree that was signed`);
    }
    if (['genesis', 'key_rotated'].includes(record.get('type'))) {
      await follow(part, record, leaf, chain);
    } else {
      require(!part.rotation, `record ${part.number} is no rotation`);
    }
    report.records.push(part.text);
    await story.record(part.number, record);
  }
  if (chain.lines().join('\n') !== report.keys.join('\n')) {
    report.findings.push("the log's records do not name these keys");
  }
  await parseNote(note, chain.inForce);
}

// ---- one record's proof, c2sp.org/tlog-proof@v1

/**
 * Checks the proof of one record, which stands in it as its extra data.
 *
 * @param {string|Uint8Array} proof
 * @param {{keys: string[], witnesses?: string[]}} options the log's two key lines, and keys of witnesses that must have signed
 */
export async function verifyProof(proof, options) {
  const report = { kind: 'proof', sound: false, origin: '', size: 0, keys: [...(options.keys ?? [])], records: [], statements: [], findings: [] };
  try {
    await readProof(typeof proof === 'string' ? proof : text(proof), options, report);
  } catch (e) {
    if (!(e instanceof Wrong)) throw e;
    report.findings.push(`it does not prove a record: ${e.message}`);
  }
  report.sound = report.findings.length === 0;
  return report;
}

async function readProof(proof, options, report) {
  const gap = proof.indexOf('\n\n');
  require(gap >= 0, 'its parts are not there');
  const lines = proof.slice(0, gap).split('\n');
  require(lines[0] === 'c2sp.org/tlog-proof@v1', 'it is no proof of this version');
  require(lines[1]?.startsWith('extra ') && lines[2]?.startsWith('index '), 'the record or its number is missing');
  const bytes = parseBase64(lines[1].slice(6));
  const number = parseNumber(lines[2].slice(6));
  const note = splitNote(proof.slice(gap + 2));
  report.origin = note.checkpoint.origin;
  report.size = note.checkpoint.size;
  const keys = [];
  for (const line of options.keys ?? []) keys.push(await parseKey(line));
  require(keys.length === 2, "the log's two keys must be given, from elsewhere");
  await requireSigned(note.body, note.own, keys);
  const record = parseRecord(bytes);
  const root = await rootOfProof(number, note.checkpoint.size, await sha256(LEAF, bytes), parseHashes(lines.slice(3)));
  require(same(root, note.checkpoint.root) && record.get('seq') === number, 'the record is not in the tree that was signed');
  report.records.push(text(bytes));
  for (const line of options.witnesses ?? []) {
    const witness = await witnessKey(line);
    let time = null;
    for (const other of note.others) time ??= await cosigned(witness, note.body, other);
    require(time !== null, `the witness ${witness.name} has not signed it`);
    report.statements.push(`the witness ${witness.name} saw ${note.checkpoint.size} records at ${instant(time)}`);
  }
}

function instant(seconds) {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

// ---- whole logs, in Node

const TRAILER_MARK = utf8('#ilura#\n');
const CRC32C = Uint32Array.from({ length: 256 }, (_, i) => {
  let crc = i;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc >>> 0;
});

function crc32c(bytes, from, to, before = 0xffffffff) {
  let crc = before;
  for (let i = from; i < to; i++) crc = CRC32C[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
  return crc >>> 0;
}

/** The body of a whole and sound frame that stands here, or null. */
function frameAt(bytes, at) {
  if (bytes.length - at < 8) return null;
  const length = u32(bytes, at);
  const body = at + 8;
  if (length < 1 || length > 65535 || length > bytes.length - body) return null;
  const crc = (crc32c(bytes, body, body + length, crc32c(bytes, at, at + 4)) ^ 0xffffffff) >>> 0;
  return crc === u32(bytes, at + 4) ? { from: body, to: body + length } : null;
}

function dataEnd(bytes, from) {
  let end = bytes.length;
  while (end > from && bytes[end - 1] === 0) end--;
  return end;
}

/** Whether the rest can be what a writer leaves that was cut short: the beginning of a batch, then zeros. */
function isCutShort(bytes, from, position) {
  const end = dataEnd(bytes, from);
  if (end <= position) return true;
  if (end - from >= 8 && same(bytes.slice(end - 8, end), TRAILER_MARK)) return false;
  if (bytes.length - position < 8) return true;
  const length = u32(bytes, position) | 0;
  return length >= 1 && length <= 65535 && position + 8 + length > end;
}

function parseTrailer(body) {
  const count = body.length < 50 ? 0 : body[41];
  const fits = count >= 1 && count <= 8 && body.length === 50 + count * 68 && same(body.slice(-8), TRAILER_MARK);
  require(fits, 'the batch trailer has the wrong form');
  const signatures = [];
  for (let i = 0; i < count; i++) {
    const at = 42 + i * 68;
    signatures.push({ id: u32(body, at), raw: body.slice(at + 4, at + 68) });
  }
  return { size: u64(body, 1), root: body.slice(9, 41), signatures };
}

/** Reads a log from its first byte and tells what stands; gives where and why it stops, or null. */
class Scan {
  constructor(fs, dir) {
    this.fs = fs;
    this.dir = dir;
    this.logId = null;
    this.pruned = null;
    this.tree = new Tree();
    this.lastHash = new Uint8Array(32);
    this.batches = 0;
    this.segments = this.names();
  }

  names() {
    return this.fs.readdirSync(this.dir).filter((name) => /^[0-9]{20}\.seg$/.test(name)).sort();
  }

  get origin() {
    return 'ilura/log/' + hex(this.logId);
  }

  async read(visitor) {
    try {
      this.pruned = await readPruned(this.fs, this.dir);
    } catch (e) {
      if (!(e instanceof Wrong)) throw e;
      return { number: 0, torn: false, why: `the file that stands for removed records is damaged: ${e.message}` };
    }
    let name = this.segments[0];
    if (this.pruned) {
      name = String(this.pruned.minimum).padStart(20, '0') + '.seg';
      this.tree = this.pruned.tree;
    }
    while (name !== undefined) {
      if (!this.fs.existsSync(`${this.dir}/${name}`)) {
        return { number: this.tree.size, torn: false, why: 'the segment is missing' };
      }
      const segment = new SegmentScan(this, name, this.fs.readFileSync(`${this.dir}/${name}`), visitor);
      const broken = await segment.read();
      if (broken) return broken;
      name = segment.next;
    }
    return null;
  }
}

class SegmentScan {
  constructor(scan, name, bytes, visitor) {
    this.scan = scan;
    this.name = name;
    this.bytes = bytes;
    this.visitor = visitor;
    this.growing = scan.tree.copy();
    this.previous = scan.lastHash;
    this.end = 0;
    this.next = undefined;
  }

  async read() {
    let at = 0;
    try {
      for (let frame = frameAt(this.bytes, 0); frame; frame = frameAt(this.bytes, at)) {
        const body = this.bytes.subarray(frame.from, frame.to);
        const kind = String.fromCharCode(body[0]);
        require((at === 0) === (kind === 'S'), 'a segment head is missing or misplaced');
        at = frame.to;
        if (kind === 'S') await this.head(body);
        else if (kind === '{') await this.record(body);
        else if (kind === 'T') await this.trailer(body, at);
        else if (kind === 'E') return this.segmentEnd(body, at);
        else throw new Wrong('a frame of unknown kind');
      }
    } catch (e) {
      if (!(e instanceof Wrong)) throw e;
      return { number: this.growing.size, torn: false, why: e.message };
    }
    return this.stop(at);
  }

  async head(body) {
    require(body.length === 58 && body[1] === 1, 'the segment does not start with a head of version 1');
    const id = body.slice(10, 26);
    let previous = this.previous;
    if (this.scan.pruned && this.growing.size === this.scan.pruned.minimum && this.scan.logId === null) {
      previous = body.slice(26); // of a removed record; the tree covers it
      this.previous = previous;
    }
    const follows =
      u64(body, 2) === this.growing.size &&
      (this.scan.logId === null || same(id, this.scan.logId)) &&
      same(body.slice(26), previous) &&
      this.name === String(this.growing.size).padStart(20, '0') + '.seg';
    require(follows, 'the segment does not follow the one before');
    const first = this.scan.logId === null;
    this.scan.logId = id;
    if (first && this.scan.pruned) await this.visitor.pruned(this.scan.pruned);
  }

  async record(body) {
    const number = this.growing.size;
    require(body.length <= MAX_RECORD, 'the record is too long');
    const record = parseRecord(body);
    require(record.get('seq') === number, 'the record does not have the number of its place');
    require(record.get('prev') === base64url(this.previous), 'the record does not carry the hash of the one before');
    const leaf = await sha256(LEAF, body);
    await this.growing.add(leaf);
    this.previous = leaf;
    await this.visitor.record(number, record);
  }

  async trailer(body, at) {
    const trailer = parseTrailer(body);
    require(
      trailer.size === this.growing.size && this.growing.size !== this.scan.tree.size,
      'the batch trailer counts other records than stand before it',
    );
    require(same(trailer.root, await this.growing.root()), 'the batch trailer has another tree root');
    this.scan.tree = this.growing.copy();
    this.scan.lastHash = this.previous;
    this.end = at;
    this.scan.batches++;
    await this.visitor.batch(trailer);
  }

  segmentEnd(body, at) {
    const sound =
      this.growing.size === this.scan.tree.size &&
      body.length === 9 &&
      u64(body, 1) === this.scan.tree.size &&
      at === this.bytes.length;
    require(sound, "the segment's end does not fit its records");
    const next = String(this.scan.tree.size).padStart(20, '0') + '.seg';
    if (this.scan.segments.includes(next)) this.next = next;
    return null;
  }

  stop(at) {
    if (dataEnd(this.bytes, this.end) === this.end) return this.orphan();
    const torn = isCutShort(this.bytes, this.end, at) && !this.orphan();
    const why = torn ? 'the last batch was not written whole' : 'a frame is damaged: length or checksum do not fit';
    return { number: this.growing.size, torn, why };
  }

  orphan() {
    const last = this.scan.segments.indexOf(this.name) === this.scan.segments.length - 1;
    return last
      ? null
      : { number: this.scan.tree.size, torn: false, why: 'the segment has no end but another follows' };
  }
}

async function readPruned(fs, dir) {
  if (!fs.existsSync(`${dir}/pruned`)) return null;
  const file = text(fs.readFileSync(`${dir}/pruned`));
  require(file.endsWith('\n'), 'it does not end with its last line');
  const parts = file.slice(0, -1).split('\n\n');
  const head = parts[0].split('\n');
  require(head[0] === 'ilura/pruned@v1', 'it has another version');
  require(parts.length > 1, 'it does not end with its last line');
  const minimum = parseNumber(head[1] ?? '');
  require(minimum > 0, 'it does not continue to a tree');
  const tree = Tree.of(minimum, parseHashes(head.slice(2)));
  const root = await tree.root();
  const records = parseParts(parts.slice(1));
  let before = -1;
  for (const part of records) {
    part.leaf = await sha256(LEAF, utf8(part.text));
    const follows = before < 0 ? part.number === 0 : part.number > before;
    require(
      follows && same(await rootOfProof(part.number, minimum, part.leaf, part.proof), root),
      `record ${part.number} does not belong to it`,
    );
    before = part.number;
  }
  return { minimum, tree, records };
}

/** Nothing that was not checked may look as if it had been. */
function uncounted(name, size) {
  if (!name.endsWith('.tsr')) return `${name} is about ${size} records and counts only with the key or certificate of whoever gave it`;
  return (
    `${name} is a time stamp over ${size} records that is present and not checked here, and counts for nothing; check it with:` +
    ` openssl ts -verify -data ${name.replace('.tsr', '.note')} -in ${name} -CAfile AUTHORITY.pem`
  );
}

/** One check of a whole log. */
class LogCheck {
  constructor(fs, dir, options) {
    this.fs = fs;
    this.dir = dir;
    this.options = options;
    this.scan = new Scan(fs, dir);
    this.findings = [];
    this.notes = [];
    this.torn = [];
    this.keys = null;
    this.logText = '';
    this.retained = 0;
    this.batchStart = 0;
    this.clockSteps = 0;
    this.signatures = 0;
    this.claimKeys = null;
    this.held = new Map();
  }

  file(name) {
    const path = `${this.dir}/${name}`;
    return this.fs.existsSync(path) ? this.fs.readFileSync(path) : null;
  }

  wrong(record, what) {
    this.findings.push(record === null ? what : `record ${record}: ${what}`);
  }

  async report() {
    await this.prepare();
    const broken = await this.scan.read(this);
    if (broken?.torn) {
      this.notes.push(`after record ${this.scan.tree.size - 1}: ${broken.why}; nothing in it was acknowledged as signed`);
    } else if (broken) {
      this.wrong(broken.number, broken.why);
    }
    this.checkKeys();
    await this.checkCheckpoint();
    this.checkRetention();
    this.checkAnchors();
    await this.checkKept();
    for (const torn of this.torn) await this.checkTorn(torn);
    if (this.clockSteps > 0) {
      this.notes.push(`the clock was set back ${this.clockSteps} times; the order is that of the numbers`);
    }
    return {
      kind: 'log',
      sound: this.findings.length === 0,
      origin: this.scan.logId ? this.scan.origin : '',
      records: this.scan.tree.size,
      batches: this.scan.batches,
      signatures: this.signatures,
      head: hex(await this.scan.tree.root()),
      keys: this.keys?.lines() ?? [],
      findings: this.findings,
      notes: this.notes,
      unproven: this.unproven(),
    };
  }

  async prepare() {
    this.note = this.file('checkpoint');
    this.claimed = this.note ? bodyOrNull(this.note) : null;
    this.anchors = (this.options.anchors ?? []).map((note) => bodyOrNull(utf8(note)));
    this.witnesses = [];
    for (const line of this.options.witnesses ?? []) this.witnesses.push(await witnessKey(line));
    this.kept = [];
    const names = this.fs.existsSync(`${this.dir}/anchors`) ? this.fs.readdirSync(`${this.dir}/anchors`).sort() : [];
    for (const name of names.filter((n) => n.endsWith('.cosigned'))) await this.keptNote(name, name);
    for (const name of names.filter((n) => n.endsWith('.tsr'))) await this.keptNote(name, name.replace('.tsr', '.note'));
  }

  async keptNote(name, file) {
    const bytes = this.file(`anchors/${file}`);
    try {
      require(bytes, 'the text that it stamps is not there');
      const note = splitNote(text(bytes));
      let by = null;
      for (const line of note.others) {
        for (const witness of this.witnesses) {
          const time = await cosigned(witness, note.body, line);
          if (time !== null) by = { name: `the witness ${witness.name}`, time: instant(time) };
        }
      }
      this.kept.push({ name: `anchors/${name}`, note, by });
    } catch (e) {
      if (!(e instanceof Wrong)) throw e;
      this.wrong(null, `anchors/${name}: ${e.message}`);
    }
  }

  begin() {
    this.logText = base64url(this.scan.logId);
    this.keys = new KeyChain(this.scan.origin);
  }

  async pruned(before) {
    this.begin();
    this.batchStart = before.minimum;
    try {
      for (const part of before.records) {
        await follow(part, parseRecord(utf8(part.text)), part.leaf, this.keys);
      }
    } catch (e) {
      if (!(e instanceof Wrong)) throw e;
      this.wrong(0, `what is left of removed records does not name the log's keys: ${e.message}`);
    }
    await this.state({ origin: this.scan.origin, size: before.minimum, root: await before.tree.root() });
  }

  async record(number, record) {
    if (number === 0) {
      this.begin();
      if (record.get('type') !== 'genesis' || record.get('origin') !== this.scan.origin) {
        this.wrong(0, 'it is not the genesis of this log');
      }
    }
    try {
      await this.keys.record(record);
    } catch (e) {
      if (!(e instanceof Wrong)) throw e;
      this.wrong(number, `it does not name the log's keys: ${e.message}`);
    }
    if (record.get('log') !== this.logText || record.get('v') !== 1) {
      this.wrong(number, 'it names another log or another version of the format');
    }
    if ((record.get('clockBackUs') ?? 0) !== 0) this.clockSteps++;
    if (record.get('type') === 'recovery' && record.has('tornFile') && record.has('tornSha256')) {
      this.torn.push({ number, name: str(record, 'tornFile'), sha256: str(record, 'tornSha256') });
    } else if (record.get('type') === 'retention') {
      this.retained = Math.max(this.retained, record.get('minimum') ?? 0);
    }
  }

  async batch(trailer) {
    const checkpoint = { origin: this.scan.origin, size: trailer.size, root: trailer.root };
    const signers = this.keys.endBatch();
    await this.state(checkpoint);
    const expected = signers.map((key) => key.id).join();
    if (signers.length === 0 || expected !== trailer.signatures.map((signed) => signed.id).join()) {
      this.wrong(this.batchStart, "its batch is not signed with the log's key");
    } else {
      const body = utf8(bodyOf(checkpoint));
      for (let i = 0; i < signers.length; i++) {
        if (await verifies(signers[i], body, trailer.signatures[i].raw)) this.signatures++;
        else this.wrong(this.batchStart, 'the signature of its batch is not valid');
      }
    }
    this.batchStart = trailer.size;
  }

  /** Remembers a state that the log went through if anybody speaks of it. */
  async state(checkpoint) {
    const body = bodyOf(checkpoint);
    const asked = [this.claimed, ...this.anchors, ...this.kept.map((kept) => kept.note.checkpoint)];
    if (asked.some((other) => other && bodyOf(other) === body)) this.held.set(body, this.keys.inForce);
  }

  checkKeys() {
    const lines = this.keys?.lines() ?? [];
    const expected = lines.map((line) => line + '\n').join('');
    const list = this.file('keys');
    const listed = list ? new TextDecoder().decode(list) : null;
    if (this.scan.tree.size > 0 && listed !== expected) {
      if (listed !== null && listed.endsWith('\n') && expected.startsWith(listed)) {
        this.notes.push('the key list lacks keys that the records name; the next opening mends that');
      } else {
        this.wrong(null, 'the key list does not say what the records say');
      }
    }
    for (const pin of this.options.keys ?? []) {
      if (!isPinned([...(this.keys?.all.values() ?? [])], pin)) this.wrong(null, `the log is not signed with the key ${pin}`);
    }
  }

  async checkCheckpoint() {
    const size = this.scan.tree.size;
    if (!this.claimed) {
      if (this.note) this.wrong(null, 'the checkpoint file is not a checkpoint');
      else if (size > 1) this.wrong(null, 'the checkpoint file is missing');
      return;
    }
    const keys = this.held.get(bodyOf(this.claimed));
    if (this.claimed.size > size) {
      this.wrong(size, `the checkpoint counts ${this.claimed.size} records, ${size} stand`);
    } else if (!keys) {
      this.wrong(null, `the checkpoint of ${this.claimed.size} records has another history`);
    }
    try {
      await parseNote(text(this.note), keys ?? this.keys?.inForce ?? []);
    } catch (e) {
      if (!(e instanceof Wrong)) throw e;
      this.wrong(null, `the checkpoint file: ${e.message}`);
    }
  }

  checkRetention() {
    const before = this.scan.pruned;
    if (!before) return;
    if (before.minimum > this.retained) {
      this.wrong(before.minimum, 'the records below are gone, and no record says that they were to go');
    }
    this.notes.push(`records 0 to ${before.minimum - 1} were removed by retention; what they were is not shown`);
  }

  isRemoved(checkpoint) {
    const before = this.scan.pruned;
    return before && checkpoint.origin === this.scan.origin && checkpoint.size < before.minimum;
  }

  checkAnchors() {
    const size = this.scan.tree.size;
    for (const anchor of this.anchors) {
      if (!anchor) this.wrong(null, 'an anchor is not a checkpoint');
      else if (anchor.size > size) this.wrong(size, `an anchor remembers ${anchor.size} records, ${size} stand`);
      else if (this.isRemoved(anchor)) this.notes.push(`an anchor remembers ${anchor.size} records, which were removed; it cannot be compared`);
      else if (!this.held.has(bodyOf(anchor))) this.wrong(null, 'an anchor remembers another history or another log');
    }
  }

  async checkKept() {
    for (const { name, note, by } of this.kept) {
      const keys = this.held.get(note.body);
      if (!keys) {
        if (this.scan.logId && this.isRemoved(note.checkpoint)) {
          this.notes.push(`${name} is about records that were removed; it cannot be compared`);
        } else {
          this.wrong(null, `${name} remembers ${note.checkpoint.size} records that this log does not have, or has in another history`);
        }
        continue;
      }
      try {
        await requireSigned(note.body, note.own, keys);
      } catch (e) {
        if (!(e instanceof Wrong)) throw e;
        this.wrong(null, `${name}: ${e.message}`);
      }
      this.notes.push(
        by
          ? `${by.name} saw ${note.checkpoint.size} records at ${by.time}`
          : uncounted(name, note.checkpoint.size),
      );
    }
  }

  async checkTorn({ number, name, sha256: expected }) {
    const plain = /^[0-9]+(-[0-9]+)?\.torn$/.test(name) ? name : 'unnamed';
    const bytes = this.file(`torn/${plain}`);
    if (!bytes) this.notes.push(`record ${number} speaks of ${plain}, which is not there`);
    else if (hex(await sha256(bytes)) !== expected) this.wrong(number, `${plain} is not what was kept aside`);
  }

  unproven() {
    const gaps = [];
    if ((this.options.keys ?? []).length === 0) {
      gaps.push('that the log is the right one: its keys were read from itself, none was pinned');
    }
    const sizes = (checkpoints) =>
      Math.max(0, ...checkpoints.filter((c) => c && this.held.has(bodyOf(c))).map((c) => c.size));
    const outside = sizes(this.anchors);
    const anchored = Math.max(outside, sizes(this.kept.filter((kept) => kept.by).map((kept) => kept.note.checkpoint)));
    if (anchored < this.scan.tree.size) {
      gaps.push(
        'that the log was not rolled back, cut at its end or rewritten by the holder of its keys: it is not anchored' +
          ` outside since size ${anchored}`,
      );
    } else if (outside < anchored) {
      gaps.push(
        'that no later records were cut off: its witnesses and authorities were not asked, only what they gave for' +
          ` ${anchored} records was read`,
      );
    }
    return gaps;
  }
}

function bodyOrNull(bytes) {
  try {
    const note = text(bytes);
    return parseBody(note.slice(0, note.indexOf('\n\n') + 1));
  } catch (e) {
    if (!(e instanceof Wrong)) throw e;
    return null;
  }
}

/**
 * Checks a whole log. Node only.
 *
 * @param {string} directory a state directory, or the folder `log` in it
 * @param {{keys?: string[], witnesses?: string[], anchors?: string[]}} options keys to demand, witnesses to believe, and
 *     checkpoints that were remembered outside
 */
export async function verifyLog(directory, options = {}) {
  const fs = await import('node:fs');
  const inside = `${directory}/log`;
  const dir = fs.existsSync(inside) && fs.statSync(inside).isDirectory() ? inside : directory;
  return new LogCheck(fs, dir, options).report();
}

// ---- for people

/** Nothing in what is printed moves a cursor, turns writing round or hides. */
function visible(line) {
  return line.replace(
    /[\p{C}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0\u2800\u034f\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu,
    (c) => `\\u{${c.codePointAt(0).toString(16)}}`,
  );
}

/** A report as lines for people. */
export function reportText(report) {
  const verdict = report.sound ? 'sound' : 'NOT SOUND';
  const lines =
    report.kind === 'log'
      ? [
          `${verdict}: ${report.records} records in ${report.batches} signed batches, ${report.signatures} signatures valid`,
          `log:  ${report.origin}`,
          `head: ${report.records}:${report.head}`,
          ...report.keys.map((key) => `key:  ${key}`),
          ...report.findings.map((finding) => `wrong: ${visible(finding)}`),
          ...report.notes.map((note) => `note: ${visible(note)}`),
          ...report.unproven.map((gap) => `not proven: ${gap}`),
        ]
      : [
          `${verdict}: ${report.records.length} records of a log of ${report.size}`,
          `log: ${report.origin}`,
          ...report.keys.map((key) => `key: ${key}`),
          ...report.records.map(visible),
          ...report.statements.map((statement) => `says: ${visible(statement)}`),
          ...report.findings.map((finding) => `wrong: ${visible(finding)}`),
        ];
  return lines.join('\n') + '\n';
}

async function main(args) {
  const fs = await import('node:fs');
  const options = { keys: [], witnesses: [], anchors: [] };
  const paths = [];
  for (let i = 0; i < args.length; i++) {
    const next = () => args[++i] ?? usage();
    if (args[i] === '--key') options.keys.push(next());
    else if (args[i] === '--keys') options.keys.push(...fs.readFileSync(next(), 'utf8').trimEnd().split('\n'));
    else if (args[i] === '--witness') options.witnesses.push(next());
    else if (args[i] === '--anchor') options.anchors.push(fs.readFileSync(next(), 'utf8'));
    else if (args[i].startsWith('--')) usage();
    else paths.push(args[i]);
  }
  if (paths.length !== 1 || !fs.existsSync(paths[0])) usage();
  const report = fs.statSync(paths[0]).isDirectory()
    ? await verifyLog(paths[0], options)
    : await verifyFile(fs.readFileSync(paths[0]), options);
  process.stdout.write(reportText(report));
  process.exitCode = report.sound ? 0 : 1;
}

function verifyFile(bytes, options) {
  const isProof = startsWith(bytes, utf8('c2sp.org/tlog-proof@'));
  return isProof ? verifyProof(new Uint8Array(bytes), options) : verifyEvidence(new Uint8Array(bytes), options);
}

function usage() {
  process.stderr.write(
    'usage: ilura-verify.mjs DIRECTORY|BUNDLE|PROOF [--key KEY]... [--keys FILE] [--witness KEY]... [--anchor FILE]...\n',
  );
  process.exit(2);
}

if (node && process.argv[1]) {
  const { pathToFileURL } = await import('node:url');
  const { realpathSync } = await import('node:fs');
  if (import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
    try {
      await main(process.argv.slice(2));
    } catch (e) {
      process.stderr.write(`cannot be read: ${e.message}\n`);
      process.exitCode = 2;
    }
  }
}
