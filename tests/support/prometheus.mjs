// prometheus.mjs - the text format 0.0.4 of Prometheus, read strictly: whatever the format does not
// allow is refused, and so is what Prometheus takes and would show wrong, as a series that comes
// twice, or a histogram whose buckets do not add up.

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const HELP = new RegExp(`^# HELP (${NAME}) (\\S.*)$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram)$`);
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (-?[0-9]+(?:\\.[0-9]+)?)$`);
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/y;

function fail(line, why) {
  throw new Error(`${why}: ${line}`);
}

function labelsOf(text, line) {
  const labels = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const found = LABEL.exec(text);
    if (!found || Object.hasOwn(labels, found[1])) fail(line, 'bad labels');
    labels[found[1]] = found[2].replace(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c));
  }
  if (text.endsWith(',')) fail(line, 'bad labels');
  return labels;
}

// The family that a sample's name belongs to.
function familyOf(families, name, line) {
  const base = name.replace(/_(bucket|sum|count)$/, '');
  const family = families.get(name) ?? families.get(base);
  if (!family?.type) fail(line, 'a sample without a type');
  if ((family.type === 'histogram') !== (family === families.get(base) && base !== name))
    fail(line, 'not a name of that type');
  return family;
}

const key = (name, labels) => JSON.stringify([name, Object.entries(labels).sort()]);

function checkHistogram({ name, samples }) {
  const series = new Map();
  for (const { name: sample, labels: { le, ...labels }, value } of samples) {
    const one = series.get(key(name, labels)) ?? { buckets: [] };
    series.set(key(name, labels), one);
    if (sample.endsWith('_bucket'))
      one.buckets.push([le === '+Inf' ? Infinity : Number(le), value]);
    else one[sample.slice(name.length + 1)] = value;
  }
  for (const [id, { buckets, sum, count }] of series) {
    const rising = buckets.every(([end, n], i) =>
      i === 0 || (end > buckets[i - 1][0] && n >= buckets[i - 1][1]));
    if (!rising || sum === undefined || buckets.at(-1)?.[0] !== Infinity ||
      buckets.at(-1)[1] !== count) fail(id, 'a histogram that is none');
  }
}

// {families: Map name -> {name, help, type, samples: [{name, labels, value}]},
//  value(name, labels): of that series, or undefined}
export function parse(text) {
  const families = new Map();
  const values = new Map();
  let last = null;
  if (!text.endsWith('\n')) fail(text.slice(-80), 'the last line does not end');
  for (const line of text.slice(0, -1).split('\n')) {
    const help = HELP.exec(line);
    const type = TYPE.exec(line);
    const sample = SAMPLE.exec(line);
    if (help) {
      if (families.has(help[1])) fail(line, 'a family in two places');
      last = { name: help[1], help: help[2], type: null, samples: [] };
      families.set(last.name, last);
    } else if (type) {
      if (last?.name !== type[1] || last.type) fail(line, 'a type that is not behind its help');
      last.type = type[2];
    } else if (sample) {
      const [, name, labelText, value] = sample;
      const family = familyOf(families, name, line);
      if (family !== last) fail(line, 'a sample outside of its family');
      const labels = labelsOf(labelText ?? '', line);
      if (values.has(key(name, labels))) fail(line, 'a series that comes twice');
      values.set(key(name, labels), Number(value));
      family.samples.push({ name, labels, value: Number(value) });
    } else {
      fail(line, 'no line of the format');
    }
  }
  for (const family of families.values()) if (family.type === 'histogram') checkHistogram(family);
  return { families, value: (name, labels = {}) => values.get(key(name, labels)) };
}
