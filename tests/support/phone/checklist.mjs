// checklist.mjs - the rules of mobile-api/README.md for answers, as a phone applies them before it
// lets an inspector go on. Held to checklist-vectors.json, as the server is.

const NUMBER = /^-?(0|[1-9][0-9]{0,8})(\.[0-9]*[1-9])?$/;
const YES_NO = ['yes', 'no', 'na'];
const LENGTH = 500;
const BLANK = '\t\r\n';

// Which options a question has, in their order.
const optionsOf = ({ type, options = [] }) =>
  (type === 'yes_no' ? YES_NO : options.map(({ id }) => id));

const printable = (value) => [...value]
  .every((c) => (c >= ' ' || BLANK.includes(c)) && c !== '\u007f');

const isNumber = (question, value) => NUMBER.test(value) && value !== '-0' &&
  (value.split('.')[1]?.length ?? 0) <= (question.decimals ?? 0);

// In millionths, exactly.
function millionths(value) {
  const [whole, part = ''] = value.replace('-', '').split('.');
  const n = BigInt(whole + part.padEnd(6, '0'));
  return value.startsWith('-') ? -n : n;
}

const between = (value, min, max) =>
  (min === undefined || millionths(value) >= millionths(min)) &&
  (max === undefined || millionths(value) <= millionths(max));

function realDate(value) {
  if (!/^(19|2[01])\d\d-\d\d-\d\d$/.test(value)) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}

function severalFit(question, value) {
  const places = value.split(',').map((id) => optionsOf(question).indexOf(id));
  return places.every((place, i) => place >= 0 && (i === 0 || place > places[i - 1]));
}

const rules = {
  yes_no: (q, value) => (YES_NO.includes(value) ? 'fits' : 'option'),
  choice: (q, value) => (optionsOf(q).includes(value) ? 'fits' : 'option'),
  multi: (q, value) => (severalFit(q, value) ? 'fits' : 'option'),
  integer(q, value) {
    if (!isNumber(q, value)) return 'form';
    return between(value, q.min, q.max) ? 'fits' : 'range';
  },
  text(q, value) {
    if (value === '' || !printable(value)) return 'form';
    return [...value].length <= (q.max_length ?? LENGTH) ? 'fits' : 'length';
  },
  date: (q, value) => (realDate(value) ? 'fits' : 'form'),
  photo: (q, value) => (/^[0-9a-f]{64}$/.test(value) ? 'fits' : 'form'),
};
rules.decimal = rules.integer;

// "fits", or what is wrong with a value: "form", "option", "range" or "length".
export const answerFault = (question, value) => rules[question.type](question, value);

// How each question stands: {id: "hidden" | "open" | "missing" | "fine" | "problem"}.
export function review({ questions }, answers) {
  const states = {};
  const given = {};
  for (const question of questions) {
    const { id, required, problem = [], when, normal_min: low, normal_max: high } = question;
    const value = answers[id];
    if (typeof value === 'string' && answerFault(question, value) === 'fits') given[id] = value;
    const asked = when === undefined || (states[when.question] !== 'hidden' &&
      given[when.question]?.split(',').some((one) => when.in.includes(one)));
    const number = ['integer', 'decimal'].includes(question.type);
    if (!asked) states[id] = 'hidden';
    else if (given[id] === undefined) states[id] = required ? 'missing' : 'open';
    else {
      const bad = number ? !between(given[id], low, high)
        : given[id].split(',').some((one) => problem.includes(one));
      states[id] = bad ? 'problem' : 'fine';
    }
  }
  return states;
}
