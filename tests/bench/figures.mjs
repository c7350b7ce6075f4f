// figures.mjs - medians, spread and the tables of the bench.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

// {median, low, high} of a list of numbers.
export const summary = (values) =>
  ({ median: median(values), low: Math.min(...values), high: Math.max(...values) });

// Rounds are lists of results in the same order: what `pick` makes of the same place in each.
export const each = (rounds, place, pick) =>
  summary(rounds.map((round) => pick(round[place], round)));

export function show({ median: m, low, high }, digits = 0) {
  const text = (n) => n.toFixed(digits);
  return `${text(m)} (${text(low)}-${text(high)})`;
}

export function printTable(title, columns, rows) {
  const widths = columns.map((name, i) =>
    Math.max(name.length, ...rows.map((row) => row[i].length)));
  const line = (cells) => cells.map((cell, i) =>
    (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ').trimEnd();
  console.log(`\n${title}\n${line(columns)}`);
  for (const row of rows) console.log(line(row));
}
