// What the public can have of a campaign, had as the public has it: the announcement, its reader
// and the verifier are those of the public pages, by their own addresses.

const PUBLIC = '/liancha/public';
const STATIC = `${PUBLIC}/static`;

export interface Announced {
  value: { kind: 'lottery' | 'dice' | 'beacon'; source: string; issue: string; form: string;
    place: string; witnesses: string[] };
  teams: { issue: string; at: number };
}

export interface Checked {
  isVoid: boolean;
  draws: { lines: number; selected: number; reserves: number }[];
  findings: { file: string; where: string; problem: string }[];
  findingCount: number;
}

interface Progress { draw: string | null; lines: number }

export const announcementOf = (digest: string) => `${PUBLIC}/announcements/${digest}`;
export const codeOf = (digest: string) => `${announcementOf(digest)}/qr.svg`;
export const proofOf = (campaign: string) => `${PUBLIC}/draws/${campaign}`;

async function bytesOf(address: string): Promise<Uint8Array> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

export async function readAnnounced(digest: string): Promise<Announced> {
  const [{ readAnnouncement }, bytes] = await Promise.all([
    import(/* @vite-ignore */ `${STATIC}/announcement.mjs`), bytesOf(announcementOf(digest))]);
  return readAnnouncement(bytes) as Announced;
}

// Draws again, in this browser, from what is published.
export async function verify(campaign: string, published: { announcement: string; seed: string },
  progress: (at: Progress) => Promise<void>): Promise<Checked> {
  const [{ checkBundle }, bytes] = await Promise.all([
    import(/* @vite-ignore */ `${STATIC}/draw-check.mjs`),
    bytesOf(`${proofOf(campaign)}/bundle.tar`)]);
  return await checkBundle(bytes, { progress, published }) as Checked;
}
