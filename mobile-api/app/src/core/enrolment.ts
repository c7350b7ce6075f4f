// What the office's screen shows for an enrolment: liancha:enrol?code=…&server=https://…

export interface Enrolment {
  code: string;
  server: string; // …/liancha, without a slash behind it
}

// Of a text that was scanned or typed; undefined for any other. http is for one's own machine.
export function enrolmentOf(text: string): Enrolment | undefined {
  const [, query] = /^liancha:enrol\?(.+)$/.exec(text.trim()) ?? [];
  if (query === undefined) return undefined;
  const about = new URLSearchParams(query);
  const code = about.get('code') ?? '';
  const server = (about.get('server') ?? '').replace(/\/+$/, '');
  const safe = /^https:\/\/[^/?#@]+(\/[^?#]*)?$/.test(server) ||
    /^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?(\/[^?#]*)?$/.test(server);
  return code !== '' && safe ? { code, server } : undefined;
}
