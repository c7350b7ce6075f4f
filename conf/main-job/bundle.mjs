// bundle.mjs - the published bundle of a campaign, read without the product's help.

const BLOCK = 512;

// File name -> bytes of a ustar archive.
export function untar(bytes) {
  const files = new Map();
  const text = (at, size) => bytes.subarray(at, at + size).toString('utf8').replace(/\0.*$/s, '');
  for (let at = 0; at + BLOCK <= bytes.length && bytes[at] !== 0;) {
    const size = parseInt(text(at + 124, 12), 8);
    files.set(text(at, 100), bytes.subarray(at + BLOCK, at + BLOCK + size));
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

// The selected places of all draws: [{draw, stratum, region, specialty, subject}].
export function selectedPlaces(files) {
  const places = [];
  for (const [name, bytes] of files) {
    const draw = name.match(/^(?:.*\/)?result-(.+)\.txt$/)?.[1];
    if (!draw) continue;
    for (const line of bytes.toString('utf8').split('\n')) {
      const [stratum, , subject, kind] = line.split('\t');
      if (kind !== 'selected') continue;
      const [region, specialty] = stratum.split('.');
      places.push({ draw, stratum, region, specialty, subject });
    }
  }
  return places;
}

// What joint visits have to come of them (R17). subjects: subject -> Map(department -> its tasks
// there); saved: visits fewer than if each department went once for each of its draws.
export function expectedVisits(places, { plans, departments }) {
  const byCode = new Map(departments.map((department) => [department.code, department]));
  const executing = ({ draw, region }) => {
    const own = byCode.get(plans.find(({ code }) => draw.startsWith(`${code}.`)).department);
    return departments.find(({ kind, region: at }) => kind === own.kind && at === region) ?? own;
  };
  const subjects = new Map();
  const separate = new Set();
  for (const place of places) {
    const { code } = executing(place);
    if (!subjects.has(place.subject)) subjects.set(place.subject, new Map());
    const tasks = subjects.get(place.subject);
    tasks.set(code, (tasks.get(code) ?? 0) + 1);
    separate.add(`${place.subject} ${code} ${place.draw}`);
  }
  const teams = [...subjects.values()];
  return {
    tasks: places.length,
    visits: subjects.size,
    joint: teams.filter((team) => team.size > 1).length,
    saved: separate.size - subjects.size,
    sections: teams.reduce((n, team) => n + team.size, 0),
    subjects,
  };
}
