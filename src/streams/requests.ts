/** Requests of one kind that a run sends to read a stream. */
export interface Requests {
  /** Method and path; `{id}` stands for an id. */
  readonly to: string;
  /** How many; one, if absent. */
  readonly count?: number;
  /** So many for each page of this many rows, or for each of these; without it, whatever there is to read. */
  readonly per?: number | string;
  /** What the rows of a page are, where they are not all that the stream brings: `changed`. */
  readonly rows?: string;
}

/** `GET /sequence/, /sequence_subscription/`: a method is named once for all that follow it. */
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
 * `2, and 1 per 200 changed`, in requests a run.
 * @param besides what a run may send besides to read the stream, in the same words
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
