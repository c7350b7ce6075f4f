// inspectors.mjs - synthetic inspectors: enough, and qualified, for what their department draws.

import { Random } from './random.mjs';

// The two halves of a health commission's work; the kinds of subjects.mjs never cross them.
const CLINICAL = ['medical', 'radiological', 'infectious', 'family_planning', 'blood',
  'disinfectants'];
const ENVIRONMENT = ['public_places', 'drinking_water', 'school', 'occupational', 'tableware',
  'disinfectants'];
const PER_COMMISSION = { clinical: 4, environment: 4, all: 2 };
const PER_OTHER = 12;
const HEALTH_PER_VISIT = 2;
const MAX_DAILY = 4;

// A year's ceiling that leaves room: three times an even share of two inspectors at each task.
function ceiling(tasks, inspectors) {
  return Math.max(40, Math.ceil(3 * HEALTH_PER_VISIT * tasks / inspectors));
}

function commission(department, tasks) {
  const { clinical, environment, all } = PER_COMMISSION;
  const lists = [
    ...Array(clinical).fill(CLINICAL),
    ...Array(environment).fill(ENVIRONMENT),
    ...Array(all).fill([...new Set([...CLINICAL, ...ENVIRONMENT])]),
  ];
  return lists.map((specialties, i) => ({
    department: department.code, specialties, areas: '',
    on_duty: i === lists.length - 1 ? 0 : 1,
    max_total: ceiling(tasks, environment),
  }));
}

// A city department works in every region; one in three holds each half of its specialties.
function cityDepartment(department, tasks, regions) {
  const own = department.specialties.split(';');
  return Array.from({ length: PER_OTHER }, (_, i) => ({
    department: department.code,
    specialties: own.length > 1 && i % 3 > 0 ? [own[i % 3 - 1]] : own,
    areas: regions.join(';'),
    on_duty: i === PER_OTHER - 1 ? 0 : 1,
    max_total: ceiling(tasks, PER_OTHER),
  }));
}

// The rows of inspectors.csv. `tasks` counts the quotas that each department code will execute.
export function makeInspectors({ seed, departments, regions, tasks }) {
  const random = new Random(seed, 'inspectors');
  const serials = new Map();
  return departments.flatMap((department) => (department.kind === 'health'
    ? commission(department, tasks[department.code] ?? 0)
    : cityDepartment(department, tasks[department.code] ?? 0, regions)))
    .map((inspector, i) => {
      const serial = (serials.get(inspector.department) ?? 0) + 1;
      serials.set(inspector.department, serial);
      return {
        ...inspector,
        card_no: `HC-${inspector.department}-${String(serial).padStart(3, '0')}`,
        name: `合成执法员-${String(i + 1).padStart(4, '0')}`,
        card_expires_on: `2029-${String(random.between(1, 12)).padStart(2, '0')}-28`,
        specialties: inspector.specialties.join(';'),
        max_daily: MAX_DAILY,
        synthetic: 1,
        telephone: `0375-000${String(i + 1).padStart(4, '0')}`, // no number begins so
      };
    });
}
