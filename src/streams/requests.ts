/** Requests of one kind that a run sends to read a stream. */
export interface Requests {
  /** Method and path; `{id}` stands for an id. */
  readonly to: string;
  /** How many of these requests are sent; one by default. */
  readonly count?: number;
  /** They are sent once for so many rows, or once for each of these objects. Without it, they are sent once a run. */
  readonly per?: number | string;
  /** The rows that `per` counts, such as `changed`, if these are not all rows of the stream. */
  readonly rows?: string;
}

/** Names the requests as `GET /sequence/, /sequence_subscription/`. A method that repeats is named once. */
export const sourceOf = (requests: readonly Requests[]): string => {
  let before: string | undefined;
  const named = [...new Set(requests.map(({ to }) => to))].map((to) => {
    const [method, path] = to.split(' ');
    const name = method === before ? path : to;
    before = method;
    return name;
  });
  return named.join(', ');
};

/**
 * How many requests a run takes, as `2, and 1 per 200 changed`.
 * @param besides other requests that a run may send for the stream, in the same form
 */
export const costOf = (requests: readonly Requests[], besides: string | undefined): string => {
  const always = requests.reduce((sum, { count = 1, per }) => sum + (per === undefined ? count : 0), 0);
  const growing = requests.flatMap(({ count = 1, per, rows }) =>
    per === undefined ? [] : [`${count} per ${[per, rows].filter((word) => word !== undefined).join(' ')}`],
  );
  const costs = [...new Set([...(always > 0 ? [`${always}`] : []), ...growing, besides])].filter(
    (cost) => cost !== undefined,
  );
  return [...costs.slice(0, -2), costs.slice(-2).join(', and ')].join(', ');
};
