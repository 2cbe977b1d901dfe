import type { CheckCommand } from './check.ts';
import type { FieldsCommand, StreamsCommand } from './lists.ts';
import type { Chosen } from './options.ts';
import type { RunCommand } from './run.ts';
import type { StateCommand } from './state.ts';
import type { VerifyCommand } from './verify.ts';
import type { ViewsCommand } from './views.ts';

export interface SyncCommand extends Chosen {
  readonly kind: 'sync';
  readonly state?: string;
  /** The file for a summary of the run. */
  readonly summary?: string;
  /** Whether `run` started this process. Then `run` writes the last line of the log. */
  readonly underRun?: true;
}

export interface DiscoverCommand extends Chosen {
  readonly kind: 'discover';
  readonly state?: string;
}

export interface TestCommand extends Chosen {
  readonly kind: 'test';
  readonly level: 'all' | 'schema';
}

export interface AboutCommand {
  readonly kind: 'about';
  readonly format: 'text' | 'json' | 'markdown';
}

/** What the command line asks for. */
export type Command =
  | SyncCommand
  | DiscoverCommand
  | AboutCommand
  | TestCommand
  | { readonly kind: 'version' }
  | CheckCommand
  | FieldsCommand
  | RunCommand
  | StateCommand
  | StreamsCommand
  | VerifyCommand
  | ViewsCommand;
