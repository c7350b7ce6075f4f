// server.mjs - a liancha-simserver: a worker asked through pipes (frames: server.h).

import { spawn } from 'node:child_process';

const FAULTS = { none: 0, crash: 1, deadlock: 2, uncertain: 3, uncertainLost: 4 };
const WHOLE = 0xffffffff;
const STOPS = ['over', 'committed', 'released'];

// As support/http.mjs has a reply.
class Reply {
  #json;

  constructor(bytes, line) {
    const end = bytes.indexOf('\r\n\r\n');
    this.line = line;
    this.headers = Object.fromEntries(bytes.subarray(0, end).toString('latin1').split('\r\n')
      .map((header) => [header.slice(0, header.indexOf(':')).toLowerCase(),
        header.slice(header.indexOf(':') + 2)]));
    this.status = Number(this.headers.status.slice(0, 3));
    delete this.headers.status;
    this.body = bytes.subarray(end + 4);
  }

  get text() { return this.body.toString('utf8'); }
  get json() { return this.#json ??= JSON.parse(this.text); }
}

function rowsOf(bytes) {
  const rows = [];
  for (let at = 0; at < bytes.length;) {
    const columns = bytes.readUInt32LE(at);
    at += 4;
    rows.push(Array.from({ length: columns }, () => {
      const n = bytes.readUInt32LE(at);
      at += 4;
      if (n === 0xffffffff) return null;
      const text = bytes.toString('utf8', at, at + n);
      at += n;
      return text;
    }));
  }
  return rows;
}

export class Server {
  #child;
  #chunks = [];
  #waiting = [];

  constructor(bin, config) {
    this.#child = spawn(`${bin}/liancha-simserver`, [config],
      { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdout.on('data', (chunk) => this.#take(chunk));
    this.ended = new Promise((resolve) => this.#child.on('close', (code) => {
      this.code = code;
      const error = new Error(`liancha-simserver ended: ${code}`);
      for (const { reject } of this.#waiting) reject(error);
      resolve(code);
    }));
  }

  stop() {
    this.#child.stdin.end();
    return this.ended;
  }

  #take(chunk) {
    this.#chunks.push(chunk);
    for (;;) {
      if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
      const [bytes] = this.#chunks;
      if (!bytes || bytes.length < 4 || bytes.length < 4 + bytes.readUInt32LE(0)) return;
      const end = 4 + bytes.readUInt32LE(0);
      this.#chunks = [bytes.subarray(end)];
      this.#waiting.shift().resolve({ kind: String.fromCharCode(bytes[4]),
        bytes: bytes.subarray(5, end) });
    }
  }

  #write(...parts) {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(parts.reduce((sum, part) => sum + part.length, 0));
    this.#child.stdin.write(Buffer.concat([length, ...parts]));
  }

  #send(...parts) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#write(...parts);
    });
  }

  // One request at the time `now`; resolves with the Reply.
  async ask(url, options) { return (await this.begin(url, options, WHOLE)).reply; }

  // The same, for so many statements: {reply}, or {stop, connection}, where it stands still.
  async begin(url, { method, json, body, token, headers = {}, now, fault = 'none' }, statements) {
    const target = new URL(url);
    const content = json === undefined
      ? body ?? Buffer.alloc(0) : Buffer.from(JSON.stringify(json));
    const verb = method ?? (json === undefined && body === undefined ? 'GET' : 'POST');
    const environment = { REQUEST_METHOD: verb, DOCUMENT_URI: target.pathname,
      QUERY_STRING: target.search.slice(1), CONTENT_LENGTH: content.length, REQUEST_ID: 'abcdef',
      REMOTE_ADDR: '127.0.0.1', ...(json !== undefined && { CONTENT_TYPE: 'application/json' }),
      ...(token && { HTTP_AUTHORIZATION: `Bearer ${token}` }) };
    for (const [name, value] of Object.entries(headers))
      environment[name === 'Content-Type' ? 'CONTENT_TYPE'
        : `HTTP_${name.toUpperCase().replaceAll('-', '_')}`] = value;
    const env = Buffer.from(Object.entries(environment).map(([n, v]) => `${n}=${v}\0`).join(''));
    const head = Buffer.alloc(18);
    head.write('R', 'latin1');
    head.writeBigInt64LE(BigInt(now), 1);
    head[9] = FAULTS[fault];
    head.writeUInt32LE(statements, 10);
    head.writeUInt32LE(env.length, 14);
    return this.#turn(`${verb} ${target.pathname}`, await this.#send(head, env, content));
  }

  #turn(line, { kind, bytes }) {
    if (kind === 'R') return { reply: new Reply(bytes, line) };
    return { stop: STOPS[bytes[0]], connection: bytes.readUInt32LE(1) };
  }

  // Lets what stands still go on.
  async proceed(statements = WHOLE) {
    const turn = Buffer.alloc(5);
    turn.write('C', 'latin1');
    turn.writeUInt32LE(statements, 1);
    return this.#turn('', await this.#send(turn));
  }

  // What waits for a lock stands still when it has it.
  pause() { this.#write(Buffer.from('P')); }

  // Statements without this text, as a faulty server would have them.
  without(text) { return this.#send(Buffer.from('W'), Buffer.from(text)); }

  // The rows of the statements, one behind the other, columns as text.
  async sql(text) {
    const { kind, bytes } = await this.#send(Buffer.from('S'), Buffer.from(text));
    if (kind === 'E') throw new Error(`${bytes.toString()}: ${text.slice(0, 500)}`);
    return rowsOf(bytes);
  }
}
