import type { ViewsCommand } from '../cli/views.ts';
import { customFieldsIn, tailOfId } from '../close/custom-fields.ts';
import { EXIT_OK } from '../errors.ts';
import { DELETED_AT } from '../own-columns.ts';
import { loadSchema } from '../schema/load-schema.ts';
import type { SelectedStream } from '../singer/selection.ts';
import { streams } from '../streams/index.ts';
import { choose } from '../tap/choose.ts';
import { columnsInCatalog } from '../tap/custom-columns.ts';
import { describeStreams } from '../tap/describe-streams.ts';
import { dialects } from '../views/dialect.ts';
import { scriptFor } from '../views/script.ts';
import type { StoredTable } from '../views/tables.ts';
import { readCatalog } from './read-catalog.ts';
import type { Session } from './session.ts';

const tableOf = ({ name, schema, description }: SelectedStream): StoredTable => {
  const custom = customFieldsIn(Object.keys(schema.properties));
  return {
    name,
    about: loadSchema(description.name).description ?? '',
    fields: schema.properties,
    customFields: new Map(custom.map(([column, id]) => [column, tailOfId(id)])),
    money: streams.find((stream) => stream.name === name)?.money ?? {},
  };
};

/** Prints the SQL for views over the tables that a catalog selects. It needs no request to Close. */
export const runViews = async (
  { catalog, dialect, schema }: ViewsCommand,
  session: Session,
): Promise<number> => {
  const wanted = await readCatalog(catalog, session.signal);
  const available = describeStreams(streams, {
    emit_deletes:
      wanted?.streams.some((entry) => entry.schema?.properties?.[DELETED_AT] !== undefined) === true,
    customColumns: (stream) => columnsInCatalog(wanted, stream),
  });
  const selection = choose(available, { patterns: [], catalog: wanted, catalogFile: catalog }, []);
  for (const warning of selection.warnings) session.log.warning(warning);
  const { sql, leftOut } = scriptFor(selection.streams.map(tableOf), dialects[dialect], schema);
  for (const why of leftOut) session.log.info(why);
  await session.print(sql);
  return EXIT_OK;
};
