// A fault of a request (RFC 9457), in words for whoever made it.

export interface Document {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  pointer?: string;
  instance?: string;
}

export class Problem extends Error {
  readonly status: number; // 0: no answer came
  readonly type: string; // the last segment: "conflict"
  readonly title: string;
  readonly detail: string;
  readonly pointer: string; // JSON pointer into the body, or to a parameter; "" for the whole
  readonly instance: string; // the request's id in the server's log
  readonly retryAfter: number | null; // seconds
  readonly more: Record<string, unknown>; // what this problem says beside

  constructor(document: Document, retryAfter: number | null = null) {
    const title = document.title ?? '请求失败';
    super(document.detail ?? title);
    this.status = document.status ?? 0;
    this.type = (document.type ?? '').split(':').pop() ?? '';
    this.title = title;
    this.detail = this.message;
    this.pointer = document.pointer ?? '';
    this.instance = document.instance ?? '';
    this.retryAfter = retryAfter;
    this.more = { ...document };
  }
}

// 412: somebody changed it since it was read. `more` has the object as it is now.
export class Stale extends Problem {}

export function noAnswer(): Problem {
  return new Problem({ title: '连接不上服务器', type: 'network',
    detail: '没有收到服务器的答复，请检查网络后重试' });
}

export async function problemOf(response: Response): Promise<Problem> {
  let document: Document = {};
  try {
    document = await response.json() as Document;
  } catch {
    document = { title: '系统内部错误', detail: '服务器的答复无法识别，请稍后重试' };
  }
  const wait = Number(response.headers.get('Retry-After'));
  const known = { ...document, status: response.status };
  return response.status === 412 ? new Stale(known) : new Problem(known, wait > 0 ? wait : null);
}

// Whatever was thrown, as a problem.
export function asProblem(fault: unknown): Problem {
  if (fault instanceof Problem) return fault;
  return new Problem({ title: '页面出错', detail: '页面发生了意外错误，请刷新后重试' });
}
