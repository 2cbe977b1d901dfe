import { mix } from './random.ts';

export interface RateLimit {
  readonly limit: number;
  readonly windowSeconds: number;
  /** A bucket fills up steadily. A window starts again when it ends. */
  readonly algorithm?: 'bucket' | 'window';
  /** Which family of headers is sent. Close has used several over the years. */
  readonly headers?: HeaderStyle;
  /** The form of the body of a 429: a string at the top level, a nested number, or nothing. */
  readonly body?: 'string' | 'nested' | 'empty';
  readonly retryAfter?: boolean;
  /** Another limit for one group, such as `POST /data/`. */
  readonly groups?: Readonly<Record<string, number>>;
  /** The present in milliseconds since the epoch; real time by default. */
  readonly clock?: () => number;
}

export type HeaderStyle = 'commas' | 'semicolons' | 'triple' | 'old' | 'all' | 'none';

/** So many searches at once, and then one per interval, whatever the headers say. */
export interface StrictSearch {
  readonly burst: number;
  readonly gapMs: number;
}

export interface Verdict {
  readonly allowed: boolean;
  readonly headers: Record<string, string>;
  readonly body: string;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** Gives `GET /activity/`: limits count by method and first part of the path. */
export function groupOf(method: string, path: string): string {
  return `${method} /${path.split('/')[1] ?? ''}/`;
}

export function createLimiter(): {
  judge(limit: RateLimit, key: string, group: string): Verdict;
  search(strict: StrictSearch, key: string, limit: RateLimit | undefined): Verdict;
} {
  const buckets = new Map<string, Bucket>();

  const draw = (name: string, limit: number, seconds: number, fixed: boolean, now: number) => {
    const bucket = buckets.get(name) ?? { tokens: limit, at: now };
    buckets.set(name, bucket);
    if (fixed && now - bucket.at >= seconds * 1000) Object.assign(bucket, { tokens: limit, at: now });
    if (!fixed) {
      bucket.tokens = Math.min(limit, bucket.tokens + ((now - bucket.at) / 1000) * (limit / seconds));
      bucket.at = now;
    }
    const allowed = bucket.tokens >= 1;
    if (allowed) bucket.tokens -= 1;
    const untilOne = fixed
      ? seconds - (now - bucket.at) / 1000
      : ((1 - Math.min(1, bucket.tokens)) * seconds) / limit;
    const untilFull = fixed ? untilOne : ((limit - bucket.tokens) * seconds) / limit;
    return { allowed, remaining: Math.floor(bucket.tokens), reset: allowed ? untilFull : untilOne };
  };

  return {
    judge: (rate, key, group) => {
      const limit = rate.groups?.[group] ?? rate.limit;
      const now = (rate.clock ?? Date.now)();
      const drawn = draw(`${key} ${group}`, limit, rate.windowSeconds, rate.algorithm === 'window', now);
      const said = headersOf(rate.headers ?? 'semicolons', limit, drawn.remaining, drawn.reset);
      return drawn.allowed
        ? { allowed: true, headers: said, body: '' }
        : refuse(rate, limit, group, drawn.reset, said);
    },
    search: (strict, key, rate) => {
      const now = (rate?.clock ?? Date.now)();
      const seconds = (strict.burst * strict.gapMs) / 1000;
      const drawn = draw(`${key} strict`, strict.burst, seconds, false, now);
      if (drawn.allowed) return { allowed: true, headers: {}, body: '' };
      const shown = rate ?? { limit: 60, windowSeconds: 1 };
      const said = headersOf(shown.headers ?? 'semicolons', 60, 42, drawn.reset);
      return refuse(shown, 60, 'POST /data/', drawn.reset, said);
    },
  };
}

function refuse(
  rate: RateLimit,
  limit: number,
  group: string,
  reset: number,
  said: Record<string, string>,
): Verdict {
  const facts = {
    message: 'API call count exceeded for this period',
    rate_endpoint_group: mix(7, group.length).toString(16).padStart(32, 'a'),
    rate_limit: limit,
    rate_limit_type: 'key',
    rate_reset: rate.body === 'nested' ? reset : reset.toFixed(6),
    rate_window: rate.windowSeconds,
  };
  const body = rate.body === 'empty' ? '' : JSON.stringify(rate.body === 'nested' ? { error: facts } : facts);
  const wait = { 'retry-after': String(Math.max(1, Math.ceil(reset))) };
  return { allowed: false, headers: { ...said, ...(rate.retryAfter !== false && wait) }, body };
}

function headersOf(
  style: HeaderStyle,
  limit: number,
  remaining: number,
  reset: number,
): Record<string, string> {
  const [l, r, s] = [String(limit), String(remaining), reset.toFixed(3)];
  const whole = String(Math.ceil(reset));
  const triple = { 'ratelimit-limit': l, 'ratelimit-remaining': r, 'ratelimit-reset': whole };
  const old = {
    'x-rate-limit-limit': l,
    'x-rate-limit-remaining': r,
    'x-rate-limit-reset': reset.toFixed(6),
  };
  switch (style) {
    case 'commas':
      return { ratelimit: `limit=${l}, remaining=${r}, reset=${whole}` };
    case 'semicolons':
      return { ratelimit: `limit=${l}; remaining=${r}; reset=${s}` };
    case 'triple':
      return triple;
    case 'old':
      return old;
    case 'all':
      return { ratelimit: `limit=${l}; remaining=${r}; reset=${s}`, ...triple, ...old };
    case 'none':
      return {};
  }
}
