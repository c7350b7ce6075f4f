// answers.mjs - answers to a checklist, as an inspector of the demo gives them: to every question
// that is asked, by its type. Which ones depends on the seed only.

import { answerFault, review } from '../../tests/support/phone/checklist.mjs';

const YES_NO = ['yes', 'no', 'na'];
const TEXTS = ['合成演示说明', '见现场照片，合成样例', '一切如常'];

// Numbers to try: the ends of what is normal and a step beyond, the ends of what is possible.
function numbersOf({ min = '0', max = '100', normal_min, normal_max, decimals = 0 }) {
  const step = 10 ** -decimals;
  const beyond = [normal_min, normal_max].filter((n) => n !== undefined)
    .flatMap((n) => [n, Number(n) - step, Number(n) + step].map((x) =>
      String(Number(Number(x).toFixed(decimals)))));
  return [...beyond, String(Math.trunc((Number(min) + Number(max)) / 2)), min, max];
}

function valuesOf(question, day) {
  const options = question.options?.map(({ id }) => id) ?? YES_NO;
  switch (question.type) {
    case 'multi': return [options.slice(0, 2).join(), options.at(-1), ...options];
    case 'integer':
    case 'decimal': return numbersOf(question);
    case 'text': return TEXTS;
    case 'date': return [day];
    case 'photo': return [];
    default: return options;
  }
}

// Question id -> value. With `problem`, the first question that can marks one; none does otherwise.
export function answersOf(checklist, { seed, day, problem = false }) {
  const answers = {};
  let wanted = problem;
  for (const [i, question] of checklist.questions.entries()) {
    const states = (value) => review(checklist, { ...answers, [question.id]: value })[question.id];
    const fitting = valuesOf(question, day)
      .filter((value) => answerFault(question, value) === 'fits');
    const marked = fitting.filter((value) => states(value) === 'problem');
    const fine = fitting.filter((value) => states(value) === 'fine');
    const choice = wanted && marked.length > 0 ? marked : fine;
    if (choice.length === 0) continue; // not asked, or nothing to say
    answers[question.id] = choice[(seed + i) % choice.length];
    if (choice === marked) wanted = false;
  }
  return answers;
}

// The same as fields of a check result.
export const answerFields = (answers) => Object.fromEntries(
  Object.entries(answers).map(([id, value]) => [`answer.${id}`, value]));
