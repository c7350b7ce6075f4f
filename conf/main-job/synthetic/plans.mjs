// plans.mjs - the plans that the synthetic directories are made for, and the task tables as cells.

import { readCsv } from './csv.mjs';

// The notice's ratios, in hundredths of a percent: 9.43 % and 5.64 %.
export const TABLE_PLANS = [
  { serial: '001', directory: 'H410400-national', department: 'H410400', table: 'national',
    ratio: 943, name: '国家随机监督抽查计划（2023年任务表，合成名录）' },
  { serial: '002', directory: 'H410400-municipal', department: 'H410400', table: 'municipal',
    ratio: 564, name: '市级随机监督抽查计划（2023年任务表，合成名录）' },
];

const cells = (specialty, counts) => Object.entries(counts)
  .map(([region, count]) => ({ region, specialty, count }));

export const SMALL_PLANS = [
  { serial: '003', directory: 'M410400-market', department: 'M410400',
    name: '市场监管领域抽查计划（合成）', quotas: [
      ...cells('food_service', { 410402: 10, 410403: 10, 410411: 8, 410482: 12 }),
      ...cells('measuring', { 410402: 6, 410422: 7, 410482: 7 }),
    ] },
  { serial: '004', directory: 'E410400-school', department: 'E410400',
    name: '校园安全抽查计划（合成）',
    quotas: cells('school_safety', { 410402: 8, 410421: 8, 410422: 8, 410482: 16 }) },
  { serial: '005', directory: 'F410400-fire', department: 'F410400',
    name: '消防安全抽查计划（合成）',
    quotas: cells('fire_safety', { 410402: 12, 410403: 12, 410423: 10, 410482: 16 }) },
];

// How the task tables print a region that regions.csv names otherwise.
const PRINTED = { 市本级: '平顶山市', 汝州: '汝州市' };

// The cells of a task table, [{region, specialty, count}], zeros included; printed sums are not
// looked at. Throws on a region or specialty that the reference data do not know.
export function readTable(path, regions, specialties) {
  const regionOf = new Map(regions.map((row) => [row.name, row.code]));
  const specialtyOf = new Map(specialties.map((row) => [row.name, row.code]));
  const out = [];
  for (const { region: printed, total, ...row } of readCsv(path)) {
    if (printed === '合计') continue;
    const region = regionOf.get(PRINTED[printed] ?? printed);
    if (!region) throw new Error(`${path}: unknown region ${printed}`);
    for (const [name, value] of Object.entries(row)) {
      const specialty = specialtyOf.get(name);
      if (!specialty) throw new Error(`${path}: unknown specialty ${name}`);
      if (!/^[0-9]{1,5}$/.test(value)) throw new Error(`${path}: ${printed} ${name}: ${value}`);
      out.push({ region, specialty, count: Number(value) });
    }
  }
  return out;
}

// How many subjects have to stand in a cell for its quota to be `ratio` (hundredths of a percent)
// of them, to the nearest whole; never fewer than the quota.
export function cellSize(count, ratio) {
  return Math.max(count, Math.floor((count * 20000 + ratio) / (2 * ratio)));
}
