// Instants as an office reads them: the official time, which is UTC+8 wherever the browser is.

const OFFSET_MS = 8 * 3600000;

const local = (instant: string) => new Date(Date.parse(instant) + OFFSET_MS).toISOString();

export const dateOf = (instant: string) => local(instant).slice(0, 10);
export const timeOf = (instant: string) => local(instant).slice(0, 16).replace('T', ' ');
export const today = () => dateOf(new Date().toISOString());
// The day of an instant that was made from a day alone.
export const dayAt = (ms: number) => new Date(ms).toISOString().slice(0, 10);
export const addDays = (day: string, n: number) => dayAt(Date.parse(day) + n * 86400000);
export const monday = (day: string) => addDays(day, -((new Date(day).getUTCDay() + 6) % 7));
