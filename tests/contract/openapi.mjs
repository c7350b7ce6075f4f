// openapi.mjs - an OpenAPI 3.1 document as checks of what was said on the wire.
//
//   const contract = readContract('mobile');
//   contract.check({ method, url, headers, body, reply });   // throws a ContractBreach
//   contract.operations                                       // [{id, method, path, statuses}]
//
// Schemas are JSON Schema 2020-12, by ajv. Of replies everything is checked: status, headers, body.
// Of requests, those that were accepted: what the server takes, the contract must allow.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

export const CONTRACTS = {
  mobile: new URL('../../mobile-api/openapi.yaml', import.meta.url),
  planner: new URL('../../fcgi/planner/openapi.yaml', import.meta.url),
};
const ID = 'contract';
const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'];
// What any reply of any HTTP server may carry; whatever else it carries is part of the contract.
const PLAIN_HEADERS = new Set(['accept-encoding', 'allow', 'cache-control', 'connection',
  'content-encoding', 'content-length', 'content-security-policy', 'content-type', 'date',
  'keep-alive', 'referrer-policy', 'retry-after', 'server', 'strict-transport-security',
  'transfer-encoding', 'vary', 'www-authenticate', 'x-content-type-options', 'x-request-id']);
// Where the contract has no such operation: what HTTP itself and the lack of a route answer.
const NO_OPERATION = new Set([400, 404, 405, 408, 413, 414, 429, 431, 500, 502, 503, 504]);
const FAULTS_SHOWN = 5;
const VALUE_SHOWN = 200;

export class ContractBreach extends Error {
  constructor(line, faults) {
    const shown = faults.slice(0, FAULTS_SHOWN).map((fault) => `\n  ${fault}`).join('');
    super(`contract: ${line}${shown}`);
    this.name = 'ContractBreach';
  }
}

// RFC 6901: one segment of a pointer.
const segment = (name) => name.replaceAll('~', '~0').replaceAll('/', '~1');
const mediaType = (text = '') => text.split(';')[0].trim().toLowerCase();

function valueAt(data, pointer) {
  const names = pointer.split('/').slice(1);
  const value = names.reduce((at, name) => at?.[name.replaceAll('~1', '/').replaceAll('~0', '~')],
    data);
  return JSON.stringify(value)?.slice(0, VALUE_SHOWN);
}

// The deepest faults say most: above them stand the alternatives that were not meant.
function faultsOf(where, data, errors) {
  return [...errors].sort((a, b) => b.instancePath.length - a.instancePath.length)
    .map(({ instancePath, message, params }) =>
      `${where} ${instancePath || '/'}: ${message} ${JSON.stringify(params)}` +
      `: ${valueAt(data, instancePath)}`);
}

// A header or a query parameter is text; the schema may ask for a number.
function typed(text, schema) {
  return schema.type === 'integer' && /^-?[0-9]+$/.test(text) ? Number(text) : text;
}

class Contract {
  #doc;
  #ajv;
  #validators = new Map();

  constructor(doc) {
    this.#doc = doc;
    this.#ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false,
      strictTypes: false,
      allowUnionTypes: true });
    addFormats.default(this.#ajv);
    // The document is no schema, but it holds them; and what pages read beside a type.
    this.#ajv.addVocabulary([...Object.keys(doc), 'x-labels', 'x-width']);
    this.#ajv.addSchema(doc, ID);
    this.prefix = doc.servers[0].url;
    this.operations = Object.entries(doc.paths).flatMap(([path, item]) =>
      METHODS.filter((method) => method in item).map((method) => this.#operation(path, method)));
  }

  // A node of the document and its pointer, after the references on the way.
  #resolve(pointer) {
    let node = this.#doc;
    for (const name of pointer.split('/').slice(1))
      node = node?.[name.replaceAll('~1', '/').replaceAll('~0', '~')];
    return node?.$ref ? this.#resolve(node.$ref.slice(1)) : { node, pointer };
  }

  #operation(path, method) {
    const at = `/paths/${segment(path)}/${method}`;
    const { node } = this.#resolve(at);
    const above = `/paths/${segment(path)}`;
    const parameters = [[above, this.#doc.paths[path]], [at, node]].flatMap(([pointer, owner]) =>
      (owner.parameters ?? []).map((_, i) => this.#resolve(`${pointer}/parameters/${i}`)));
    return { id: node.operationId, method: method.toUpperCase(), path, pointer: at, parameters,
      pattern: new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`),
      statuses: Object.keys(node.responses) };
  }

  // Faults of a value by the schema at a pointer of the document.
  #faults(where, value, pointer) {
    if (!this.#validators.has(pointer)) {
      const fragment = pointer.split('/').map(encodeURIComponent).join('/');
      this.#validators.set(pointer, this.#ajv.compile({ $ref: `${ID}#${fragment}` }));
    }
    const validate = this.#validators.get(pointer);
    return validate(value) ? [] : faultsOf(where, value, validate.errors);
  }

  // The operation, undefined when the contract has none. A GET answers HEAD as well.
  find(method, path) {
    const here = this.operations.filter(({ pattern }) => pattern.test(path));
    return here.find((operation) => operation.method === method) ??
      (method === 'HEAD' ? here.find((operation) => operation.method === 'GET') : undefined);
  }

  // Whether the contract speaks of that address at all.
  covers(path) { return path.startsWith(`${this.prefix}/`); }

  // Checks one exchange; returns {operation, status} as the contract names them, or null when it
  // has no such operation.
  check({ method, url, headers, body, reply }) {
    const operation = this.find(method, url.pathname.slice(this.prefix.length));
    const line = `${operation?.id ?? `${method} ${url.pathname}`} ${reply.status}`;
    if (!operation) {
      const faults = NO_OPERATION.has(reply.status) ? [] : ['no such operation is documented'];
      this.#report(line, faults);
      return null;
    }
    const status = [String(reply.status), `${String(reply.status)[0]}XX`]
      .find((name) => operation.statuses.includes(name));
    if (!status) throw new ContractBreach(line, ['the status is not documented']);
    const response = this.#resolve(`${operation.pointer}/responses/${status}`);
    const faults = [...this.#headers(response, reply.headers),
      ...this.#body(response, method, reply)];
    if (reply.status < 300) faults.push(...this.#request(operation, { url, headers, body, reply }));
    this.#report(line, faults);
    return { operation: operation.id, status };
  }

  #report(line, faults) {
    if (faults.length > 0) throw new ContractBreach(line, faults);
  }

  #headers({ node, pointer }, headers) {
    const declared = Object.entries(node.headers ?? {});
    const names = new Set(declared.map(([name]) => name.toLowerCase()));
    const faults = Object.keys(headers)
      .filter((name) => !names.has(name) && !PLAIN_HEADERS.has(name))
      .map((name) => `header ${name}: not documented`);
    for (const [name, header] of declared) {
      const value = headers[name.toLowerCase()];
      const at = `${pointer}/headers/${segment(name)}/schema`;
      if (value !== undefined)
        faults.push(...this.#faults(`header ${name}`, typed(value, header.schema), at));
      else if (header.required) faults.push(`header ${name}: missing`);
    }
    return faults;
  }

  #body({ node, pointer }, method, reply) {
    const type = mediaType(reply.headers['content-type']);
    if (method === 'HEAD' || !node.content)
      return reply.body.length === 0 ? [] : ['body: none is documented'];
    const media = type in node.content ? type : '*/*';
    if (!(media in node.content)) return [`body: ${type || 'no type'} is not documented`];
    if (!node.content[media].schema) return [];
    let value;
    try {
      value = JSON.parse(reply.text);
    } catch {
      return [`body: no JSON: ${reply.text.slice(0, VALUE_SHOWN)}`];
    }
    return this.#faults('body', value, `${pointer}/content/${segment(media)}/schema`);
  }

  #request(operation, { url, headers, body, reply }) {
    const faults = [];
    const sent = Object.fromEntries(Object.entries(headers ?? {})
      .map(([name, value]) => [name.toLowerCase(), value]));
    const query = operation.parameters.filter(({ node }) => node.in === 'query');
    for (const name of url.searchParams.keys())
      if (!query.some(({ node }) => node.name === name))
        faults.push(`query ${name}: not documented`);
    for (const { node, pointer } of operation.parameters) {
      if (node.in === 'path') continue;
      const value = node.in === 'query' ? url.searchParams.get(node.name) ?? undefined
        : sent[node.name.toLowerCase()];
      if (value !== undefined) faults.push(...this.#faults(`request ${node.in} ${node.name}`,
        typed(value, node.schema), `${pointer}/schema`));
      else if (node.required) faults.push(`request ${node.in} ${node.name}: missing`);
    }
    return [...faults, ...this.#requestBody(operation, sent, body, reply)];
  }

  #requestBody(operation, sent, body, reply) {
    const { node, pointer } = this.#resolve(`${operation.pointer}/requestBody`);
    if (!node) return [];
    const type = mediaType(sent['content-type']);
    if (!(type in node.content)) return [`request body: ${type || 'no type'} is not documented`];
    if (!node.content[type].schema) return [];
    const plain = /gzip$/i.test(sent['content-encoding']) ? gunzipSync(body) : Buffer.from(body);
    const value = taken(jsonOf(plain.toString('utf8')), reply);
    return value === null ? []
      : this.#faults('request body', value, `${pointer}/content/${segment(type)}/schema`);
  }
}

// null: of a batch that holds an operation which is no JSON, and was rejected alone.
function jsonOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

// A push is refused by the operation: what is left of the request when only those count that took
// effect, null when none did.
function taken(value, reply) {
  if (!value?.operations || !reply.json.outcomes) return value;
  const outcomes = reply.json.outcomes.map(({ outcome, result }) => result?.outcome ?? outcome);
  const operations = value.operations.filter((_, i) =>
    ['applied', 'merged', 'conflict'].includes(outcomes[i]));
  return operations.length > 0 ? { ...value, operations } : null;
}

export function parseContract(text) { return new Contract(parse(text)); }

export function readContract(name) { return parseContract(readFileSync(CONTRACTS[name], 'utf8')); }
