import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';

/**
 * The least that any tap must do: ask, parse and write JSON. It sends the requests of a file, in order. It writes the rows as
 * they come, or, if a file names the columns of each path, with all columns in their order, as a target needs them.
 */
interface Saved {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const [, , url = '', file = '', atOnce = '16', columnsFile] = process.argv;
const columnsOf: Readonly<Record<string, readonly string[]>> =
  columnsFile === undefined ? {} : JSON.parse(readFileSync(columnsFile, 'utf8'));
const dispatcher = new Agent({ connections: Number(atOnce) });
const authorization = `Basic ${Buffer.from('api_sandbox:').toString('base64')}`;
const pending = readFileSync(file, 'utf8').split('\n');

type Fields = Readonly<Record<string, unknown>>;

const withColumns = (row: Fields, columns: readonly string[]): Fields => {
  const record: Record<string, unknown> = {};
  for (const column of columns) record[column] = row[column] ?? null;
  return record;
};

const send = async ({ method, path, params, body }: Saved): Promise<void> => {
  const answer = await request(`${url}${path}?${new URLSearchParams(params)}`, {
    method,
    dispatcher,
    headers: { authorization, ...(body === null ? {} : { 'content-type': 'application/json' }) },
    body: body === null ? null : JSON.stringify(body),
  });
  const page = (await answer.body.json()) as { data?: readonly Fields[] };
  const time_extracted = new Date().toISOString();
  const columns = columnsOf[path];
  const lines = (page.data ?? []).map((row) => {
    const record = columns ? withColumns(row, columns) : row;
    return `${JSON.stringify({ type: 'RECORD', stream: path, record, time_extracted })}\n`;
  });
  if (!process.stdout.write(lines.join(''))) await once(process.stdout, 'drain');
};

const work = async (): Promise<void> => {
  for (let line = pending.shift(); line !== undefined; line = pending.shift()) {
    if (line !== '') await send(JSON.parse(line) as Saved);
  }
};

await Promise.all(Array.from({ length: Number(atOnce) }, work));
await dispatcher.close();
