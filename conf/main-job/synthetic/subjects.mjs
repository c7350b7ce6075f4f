// subjects.mjs - synthetic subjects: kinds, names, places, codes, credit classes, states.

import { makeRegistration, makeUscc, spoilCheck } from './codes.mjs';
import { cellSize } from './plans.mjs';
import { Random } from './random.mjs';

const MAX_SPECIALTIES = 4;
// In hundredths of a percent; they add up to 10000.
export const CREDIT = { A: 424, B: 9205, C: 318, D: 53 };
const CLOSED_SHARE = 0.01;
const REGISTRATION_SHARE = 0.002;
const SPOILED_SHARE = 0.001;

// What a subject of each kind is: the first two characters of its code (12 public institution, 52
// private non-enterprise, 91 company, 92 individual business) and the chance, in percent, that
// it also stands in a directory of another department.
const KINDS = {
  综合医院: { codes: ['12'], also: { fire_safety: 60, measuring: 50 } },
  妇幼保健院: { codes: ['12'], also: { fire_safety: 60, measuring: 50 } },
  妇产医院: { codes: ['52', '91'], also: { fire_safety: 60, measuring: 50 } },
  专科医院: { codes: ['52', '91'], also: { fire_safety: 60, measuring: 50 } },
  口腔诊所: { codes: ['92'], also: {} },
  体检中心: { codes: ['91'], also: { measuring: 50 } },
  卫生院: { codes: ['12'], also: { fire_safety: 30, measuring: 50 } },
  诊所: { codes: ['92'], also: {} },
  医学检验实验室: { codes: ['91'], also: { measuring: 50 } },
  母婴保健服务机构: { codes: ['12', '52'], also: {} },
  血站: { codes: ['12'], also: { fire_safety: 50 } },
  学校: { codes: ['12', '12', '52'],
    also: { school_safety: 100, food_service: 50, fire_safety: 30 } },
  宾馆: { codes: ['91', '92'], also: { fire_safety: 50, food_service: 40 } },
  商场: { codes: ['91'], also: { fire_safety: 60, measuring: 40 } },
  影剧院: { codes: ['91'], also: { fire_safety: 70 } },
  洗浴中心: { codes: ['92'], also: { fire_safety: 40 } },
  游泳馆: { codes: ['91'], also: {} },
  理发店: { codes: ['92'], also: {} },
  美容店: { codes: ['92'], also: {} },
  供水单位: { codes: ['91'], also: { measuring: 30 } },
  工业企业: { codes: ['91'], also: { fire_safety: 40, measuring: 30 } },
  消毒产品生产企业: { codes: ['91'], also: { fire_safety: 40 } },
  消毒产品经营企业: { codes: ['91', '92'], also: {} },
  餐饮具集中消毒单位: { codes: ['91'], also: { fire_safety: 40 } },
  餐馆: { codes: ['92'], also: { fire_safety: 20 } },
  集贸市场: { codes: ['91'], also: { fire_safety: 50 } },
  加油站: { codes: ['91'], also: { fire_safety: 100 } },
  幼儿园: { codes: ['52'], also: { food_service: 60, fire_safety: 30 } },
  仓储企业: { codes: ['91'], also: {} },
};

// How the cells of a region are filled, in this order: as many subjects as all the specialties
// named still need, or that share of them; what is left at the end stands alone.
const BUNDLES = [
  [['综合医院'], 'medical radiological infectious blood', 1],
  [['妇幼保健院'], 'medical radiological infectious family_planning', 0.5],
  [['妇产医院'], 'medical infectious family_planning', 1],
  [['专科医院'], 'medical radiological infectious', 1],
  [['口腔诊所'], 'medical radiological', 1],
  [['卫生院', '诊所', '诊所'], 'medical infectious', 1],
  [['诊所'], 'medical', 1],
  [['体检中心'], 'radiological infectious', 1],
  [['体检中心'], 'radiological', 1],
  [['医学检验实验室'], 'infectious', 1],
  [['母婴保健服务机构'], 'family_planning', 1],
  [['血站'], 'blood', 1],
  [['消毒产品生产企业'], 'disinfectants occupational', 0.5],
  [['消毒产品生产企业', '消毒产品经营企业'], 'disinfectants', 1],
  [['餐饮具集中消毒单位'], 'tableware drinking_water', 1],
  [['餐饮具集中消毒单位'], 'tableware', 1],
  [['工业企业'], 'occupational drinking_water', 0.5],
  [['工业企业'], 'occupational', 1],
  [['学校'], 'school drinking_water', 0.6],
  [['学校'], 'school', 1],
  [['宾馆', '游泳馆', '洗浴中心'], 'public_places drinking_water', 0.7],
  [['供水单位'], 'drinking_water', 1],
  [['宾馆', '商场', '影剧院', '洗浴中心', '美容店', '美容店', '理发店', '理发店', '理发店'],
    'public_places', 1],
].map(([kinds, specialties, share]) => ({ kinds, specialties: specialties.split(' '), share }));

// Subjects that only the other departments know, in each region.
const OTHERS = [
  ['餐馆', ['food_service'], 12],
  ['集贸市场', ['measuring'], 5],
  ['加油站', ['measuring'], 4],
  ['幼儿园', ['school_safety'], 6],
  ['仓储企业', ['fire_safety'], 6],
];

// Plausible boxes, in millionths of a degree: west, south, east, north.
const BOXES = {
  410400: [113260000, 33720000, 113360000, 33780000],
  410402: [113200000, 33700000, 113320000, 33800000],
  410403: [113310000, 33720000, 113420000, 33810000],
  410404: [112850000, 33860000, 112930000, 33930000],
  410411: [113200000, 33640000, 113400000, 33730000],
  410421: [112900000, 33800000, 113150000, 33980000],
  410422: [113200000, 33400000, 113550000, 33650000],
  410423: [112500000, 33600000, 113050000, 33900000],
  410425: [113050000, 33880000, 113400000, 34100000],
  410481: [113400000, 33200000, 113680000, 33400000],
  410482: [112550000, 34020000, 113050000, 34330000],
};

// The subjects of one region, without identity: {kind, region, specialties}.
function fillRegion(region, need, random) {
  const left = { ...need };
  const subjects = [];
  for (const { kinds, specialties, share } of BUNDLES) {
    const most = Math.min(...specialties.map((s) => left[s] ?? 0));
    const count = share === 1 ? most : Math.floor(most * share);
    for (let i = 0; i < count; i++)
      subjects.push({ kind: random.pick(kinds), region, specialties: [...specialties] });
    for (const s of specialties) if (count > 0) left[s] -= count;
  }
  for (const [kind, specialties, count] of OTHERS)
    for (let i = 0; i < count; i++)
      subjects.push({ kind, region, specialties: [...specialties] });
  for (const subject of subjects)
    for (const [specialty, share] of Object.entries(KINDS[subject.kind].also))
      if (subject.specialties.length < MAX_SPECIALTIES && random.percent(share))
        subject.specialties.push(specialty);
  return subjects;
}

// A cell is a set of subjects that a plan draws from: {directory, region, specialty, size,
// count}. A cell without `size` takes every subject of its region and specialty.
export function planCells(plans, smallPlans, specialties) {
  const cells = plans.flatMap((plan) => plan.quotas.map((quota) =>
    ({ ...quota, directory: plan.directory, size: cellSize(quota.count, plan.ratio) })));
  const directoryOf = new Map(smallPlans.flatMap((plan) =>
    plan.quotas.map((quota) => [quota.specialty, plan.directory])));
  for (const { code } of specialties) {
    if (!directoryOf.has(code)) continue;
    for (const region of Object.keys(BOXES)) {
      const quota = smallPlans.flatMap((plan) => plan.quotas)
        .find((q) => q.region === region && q.specialty === code);
      cells.push({ directory: directoryOf.get(code), region, specialty: code,
        count: quota?.count ?? 0 });
    }
  }
  return cells;
}

// Puts subjects into the directories. A cell takes the subjects of lowest rank, and a subject's
// rank is the same in every cell, so that the directories share what they can.
function placeSubjects(subjects, cells, random) {
  const rank = new Map(random.shuffle(subjects).map((subject, i) => [subject, i]));
  const byStratum = new Map();
  for (const subject of subjects) {
    subject.directories = {};
    for (const specialty of subject.specialties) {
      const key = `${subject.region}.${specialty}`;
      if (!byStratum.has(key)) byStratum.set(key, []);
      byStratum.get(key).push(subject);
    }
  }
  for (const cell of cells) {
    const all = byStratum.get(`${cell.region}.${cell.specialty}`) ?? [];
    cell.subjects = [...all].sort((a, b) => rank.get(a) - rank.get(b))
      .slice(0, cell.size ?? all.length);
    for (const subject of cell.subjects)
      (subject.directories[cell.directory] ??= []).push(cell.specialty);
  }
}

// Closes about one in a hundred, never so many that a quota would empty its cell.
function closeSome(subjects, cells, random) {
  const cellsOf = new Map(subjects.map((subject) => [subject, []]));
  for (const cell of cells) {
    cell.closable = Math.floor((cell.subjects.length - cell.count) / 3);
    for (const subject of cell.subjects) cellsOf.get(subject).push(cell);
  }
  let wanted = Math.round(subjects.length * CLOSED_SHARE);
  for (const subject of random.shuffle(subjects)) {
    if (wanted === 0) break;
    if (cellsOf.get(subject).some((cell) => cell.closable <= 0)) continue;
    for (const cell of cellsOf.get(subject)) cell.closable--;
    subject.state = 'closed';
    wanted--;
  }
}

// Whole numbers in the proportions of `shares` that add up to n, by largest remainder.
export function apportion(n, shares) {
  const whole = Object.values(shares).reduce((sum, share) => sum + share, 0);
  const parts = Object.entries(shares).map(([name, share]) =>
    ({ name, count: Math.floor(n * share / whole), rest: (n * share) % whole }));
  let missing = n - parts.reduce((sum, part) => sum + part.count, 0);
  for (const part of [...parts].sort((a, b) => b.rest - a.rest))
    if (missing-- > 0) part.count++;
  return Object.fromEntries(parts.map(({ name, count }) => [name, count]));
}

// Exact over all subjects, and spread evenly over the groups that stand in the same directories.
function classify(subjects, random) {
  const group = (subject) => Object.keys(subject.directories).sort().join();
  const ordered = random.shuffle(subjects)
    .map((subject) => ({ subject, key: group(subject) }))
    .sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
  const target = apportion(subjects.length, CREDIT);
  const given = Object.fromEntries(Object.keys(CREDIT).map((name) => [name, 0]));
  ordered.forEach(({ subject }, i) => {
    const lag = (name) => target[name] * (i + 1) - given[name] * subjects.length;
    const open = Object.keys(CREDIT).filter((name) => given[name] < target[name]);
    subject.credit_class = open.reduce((best, name) => (lag(name) > lag(best) ? name : best));
    given[subject.credit_class]++;
  });
}

function degrees(millionths) {
  const text = String(millionths);
  return `${text.slice(0, -6)}.${text.slice(-6)}`;
}

function place(region, random) {
  const [west, south, east, north] = BOXES[region];
  // The mean of two: denser in the middle of the box.
  const middle = (low, high) => (random.between(low, high) + random.between(low, high)) >> 1;
  return { lon: degrees(middle(west, east)), lat: degrees(middle(south, north)) };
}

function nameAll(subjects, regionNames, verifiedOn, random) {
  const offset = random.below(1000000);
  subjects.forEach((subject, i) => {
    const { kind, region } = subject;
    const serial = (offset + i * 7919) % 1000000;
    Object.assign(subject, {
      name: `合成样例第${String(i + 1).padStart(6, '0')}号${kind}`,
      type: kind,
      address: `河南省平顶山市${region === '410400' ? '' : regionNames.get(region)}` +
        `合成样例路${random.between(1, 999)}号`,
      ...place(region, random),
      state: subject.state ?? 'open',
      key: random.percent(2) ? 1 : 0,
      complaints: random.percent(3) ? random.between(1, 3) : 0,
      verified_on: verifiedOn(random),
      synthetic: 1,
      serial,
      code: makeUscc(random.pick(KINDS[kind].codes), region, serial),
    });
  });
}

// A few old registration numbers, and a few codes whose check character is wrong.
function ageCodes(subjects, random) {
  const registered = random.shuffle(subjects.filter((s) => s.code.startsWith('9')));
  const old = Math.round(subjects.length * REGISTRATION_SHARE);
  const spoiled = Math.round(subjects.length * SPOILED_SHARE);
  for (const subject of registered.slice(0, old))
    subject.code = makeRegistration(subject.region, subject.serial);
  for (const subject of registered.slice(old, old + spoiled))
    subject.code = spoilCheck(subject.code);
}

function directoryText(subject) {
  const all = [...subject.specialties].sort().join();
  return Object.entries(subject.directories).map(([code, specialties]) =>
    ([...specialties].sort().join() === all ? code : `${code}:${specialties.join('+')}`)).join(';');
}

// The rows of subjects.csv. `cells` from planCells; `regionNames` a Map code -> name;
// `verifiedOn(random)` a date.
export function makeSubjects({ seed, cells, regionNames, verifiedOn }) {
  const stream = (name) => new Random(seed, `subjects.${name}`);
  const need = Object.fromEntries(Object.keys(BOXES).map((region) => [region, {}]));
  for (const { region, specialty, size } of cells)
    if (size !== undefined)
      need[region][specialty] = Math.max(need[region][specialty] ?? 0, size);
  const kinds = stream('kinds');
  const subjects = Object.entries(need)
    .flatMap(([region, wanted]) => fillRegion(region, wanted, kinds));
  placeSubjects(subjects, cells, stream('directories'));
  closeSome(subjects, cells, stream('states'));
  classify(subjects, stream('credit'));
  nameAll(subjects, regionNames, verifiedOn, stream('names'));
  ageCodes(subjects, stream('codes'));
  return subjects.map((subject) => ({ ...subject, directories: directoryText(subject),
    specialties: subject.specialties.join(';') }));
}
