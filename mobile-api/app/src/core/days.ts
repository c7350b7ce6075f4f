// Days of the calendar as the regime has them, in China's time: "2026-03-02".

const DAY_MS = 86400000;

export const dayOf = (ms: number) => new Date(ms + 8 * 3600000).toISOString().slice(0, 10);

export const dayAfter = (day: string, n: number) =>
  new Date(Date.parse(day) + n * DAY_MS).toISOString().slice(0, 10);

// 0 is Monday.
export const weekdayOf = (day: string) => (new Date(day).getUTCDay() + 6) % 7;
