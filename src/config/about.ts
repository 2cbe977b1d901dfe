import type { Setting } from './settings.ts';
import { variableOf } from './variable-names.ts';

/** A description of the tap. It has the same keys as that of taps with Meltano's SDK, so that Meltano's hub can read it. */
export interface About {
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly sdk_version: string | null;
  readonly supported_python_versions: readonly string[];
  readonly capabilities: readonly string[];
  readonly settings: object;
}

const DESCRIPTION =
  'Singer tap for Close (close.com): writes the records of the CRM as Singer messages, and loses none while the account changes.';

const CAPABILITIES = [
  'catalog',
  'discover',
  'state',
  'about',
  'test',
  'activate-version',
  'structured-logging',
];

const TYPES = {
  string: 'string',
  list: 'array',
  date: 'string',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
} as const;

const settingSchema = (setting: Setting): object => ({
  // A list may also be one text with commas.
  type: [TYPES[setting.kind], ...(setting.kind === 'list' ? ['string'] : []), 'null'],
  ...(setting.kind === 'list' ? { items: { type: 'string' } } : {}),
  ...(setting.kind === 'date' ? { format: 'date-time' } : {}),
  ...(setting.range ? { minimum: setting.range[0], maximum: setting.range[1] } : {}),
  // The default of a date is text that describes it, and not a date.
  ...(setting.default === null || setting.kind === 'date' ? {} : { default: setting.default }),
  ...(setting.secret ? { secret: true, writeOnly: true } : {}),
  description: setting.description,
});

export const describeTap = (version: string, settings: readonly Setting[]): About => ({
  name: 'tap-closeio',
  description: DESCRIPTION,
  version,
  sdk_version: null,
  supported_python_versions: [],
  capabilities: CAPABILITIES,
  settings: {
    type: 'object',
    properties: Object.fromEntries(settings.map((setting) => [setting.name, settingSchema(setting)])),
  },
});

const asText = (about: About, settings: readonly Setting[]): string =>
  [
    `${about.name} ${about.version}`,
    about.description,
    '',
    `Capabilities: ${about.capabilities.join(', ')}`,
    '',
    'Settings:',
    ...settings.flatMap((setting) => [
      `  ${setting.name} (${setting.kind}${setting.default === null ? '' : `, default ${setting.default}`})`,
      `    ${setting.description}`,
      `    Environment variable: ${variableOf(setting.name)}`,
    ]),
  ].join('\n');

const asMarkdown = (about: About, settings: readonly Setting[]): string =>
  [
    `# ${about.name}`,
    '',
    about.description,
    '',
    `Version ${about.version}. Capabilities: ${about.capabilities.map((name) => `\`${name}\``).join(', ')}.`,
    '',
    '| Setting | Default | Description |',
    '|---|---|---|',
    ...settings.map(
      ({ name, default: value, description }) =>
        `| ${name} | ${value === null ? '' : `\`${value}\``} | ${description.replaceAll('|', '\\|')} |`,
    ),
  ].join('\n');

/** The text that `--about` prints. */
export const renderAbout = (
  version: string,
  settings: readonly Setting[],
  format: 'text' | 'json' | 'markdown',
): string => {
  const about = describeTap(version, settings);
  if (format === 'json') return JSON.stringify(about, null, 2);
  return format === 'markdown' ? asMarkdown(about, settings) : asText(about, settings);
};
