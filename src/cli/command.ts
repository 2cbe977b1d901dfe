import type { CheckCommand } from './check.ts';
import type { FieldsCommand, StreamsCommand } from './lists.ts';
import type { Chosen } from './options.ts';
import type { RunCommand } from './run.ts';
import type { StateCommand } from './state.ts';
import type { VerifyCommand } from './verify.ts';
import type { ViewsCommand } from './views.ts';

/** What the command line asks for. */
export type Command =
  | (Chosen & {
      readonly kind: 'sync';
      readonly state?: string;
      readonly summary?: string;
      /** Whether `run` started this process. */
      readonly underRun?: true;
    })
  | (Chosen & { readonly kind: 'discover'; readonly state?: string })
  | { readonly kind: 'about'; readonly format: AboutFormat }
  | (Chosen & { readonly kind: 'test'; readonly level: TestLevel })
  | { readonly kind: 'version' }
  | CheckCommand
  | FieldsCommand
  | RunCommand
  | StateCommand
  | StreamsCommand
  | VerifyCommand
  | ViewsCommand;

export type AboutFormat = 'text' | 'json' | 'markdown';
export type TestLevel = 'all' | 'schema';
