import { readJsonFile } from '../json/files.ts';
import { type Catalog, parseCatalog } from '../singer/parse-catalog.ts';

/** The catalog in a file; null if no file is named. */
export const readCatalog = async (file: string | undefined, signal?: AbortSignal): Promise<Catalog | null> =>
  file === undefined ? null : parseCatalog(await readJsonFile(file, 'catalog', signal), file);
