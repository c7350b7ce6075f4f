// contract.mjs - src/made/: what the console knows of the planner's API, from its description.
//
// api.d.ts has the types of every operation, routes.ts its address; lists.ts what each list shows,
// filters and orders by; bodies.ts the fields of every request; labels.ts the words of what rows
// say in codes.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';
import { parse } from 'yaml';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const SOURCE = here('../../planner/openapi.yaml');
const MADE = here('../src/made');
const HEAD = '// Made by build/contract.mjs from fcgi/planner/openapi.yaml.\n';
const FIXED = ['sort', 'after', 'limit', 'count', 'format'];

const contract = parse(readFileSync(SOURCE, 'utf8'));

function resolve(node) {
  if (!node?.$ref) return node;
  return node.$ref.slice(2).split('/').reduce((at, step) => at[step.replace(/~1/g, '/')], contract);
}

const kindOf = (schema) => {
  const types = [schema.type].flat();
  if (schema.format === 'date' || schema.format === 'date-time') return schema.format;
  if (schema['x-labels']) return 'label';
  if (types.includes('integer') && `${schema.enum}` === '0,1') return 'yes';
  if (types.includes('boolean')) return 'yes';
  if (types.includes('integer') || types.includes('number')) return 'number';
  return 'text';
};

function column([key, node]) {
  const schema = resolve(node);
  return { key, title: schema.title, kind: kindOf(schema), labels: schema['x-labels'],
    width: schema['x-width'], note: schema.description };
}

function filter(parameter) {
  const { schema } = parameter;
  return { key: parameter.name, title: parameter.description, kind: kindOf(schema),
    labels: schema['x-labels'], initial: schema.default };
}

function list(path, operation) {
  const schema = operation.responses['200']?.content?.['application/json']?.schema;
  const rows = schema && Object.entries(schema.properties ?? {})
    .find(([, s]) => s.type === 'array' && s.items?.$ref);
  if (!rows || !schema.properties.next) return null;
  const parameters = operation.parameters.map(resolve);
  return {
    path, rows: rows[0], title: operation.responses['200'].description,
    roles: operation['x-roles'].split(','),
    columns: Object.entries(resolve(rows[1].items).properties).map(column),
    filters: parameters.filter(({ in: where, name }) => where === 'query' && !FIXED.includes(name))
      .map(filter),
    sorts: parameters.find(({ name }) => name === 'sort')?.schema.enum ?? [],
  };
}

const routes = {};
const lists = {};
const bodies = {};
for (const [path, methods] of Object.entries(contract.paths))
  for (const [method, operation] of Object.entries(methods)) {
    routes[operation.operationId] = [method.toUpperCase(), path];
    const made = method === 'get' && list(path, operation);
    if (made) lists[operation.operationId] = made;
    const body = operation.requestBody?.content?.['application/json']?.schema;
    if (body) bodies[operation.operationId] = body;
  }

// The labels of rows, for pages that show one: labels.section.state.
const labels = {};
for (const [name, schema] of Object.entries(contract.components.schemas))
  for (const [key, node] of Object.entries(schema.properties ?? {}))
    if (node['x-labels']) (labels[name] ??= {})[key] = node['x-labels'];

const constants = (name, table) => `export const ${name} = ${JSON.stringify(table)} as const;\n`;
mkdirSync(MADE, { recursive: true });
// A reply that is another's by name: openapi-typescript takes it for one without a body.
for (const [name, reply] of Object.entries(contract.components.responses))
  contract.components.responses[name] = resolve(reply);
const types = await openapiTS(contract);
writeFileSync(`${MADE}/api.d.ts`, HEAD + astToString(types));
writeFileSync(`${MADE}/routes.ts`, HEAD + constants('routes', routes));
writeFileSync(`${MADE}/lists.ts`, HEAD + constants('lists', lists));
writeFileSync(`${MADE}/bodies.ts`, HEAD + constants('bodies', bodies));
writeFileSync(`${MADE}/labels.ts`, HEAD + constants('labels', labels));
