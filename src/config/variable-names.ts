/** The tap's variables begin with this. */
const PREFIX = 'TAP_CLOSEIO_';

/** The environment variable for a setting. */
export const variableOf = (setting: string): string => `${PREFIX}${setting.toUpperCase()}`;

export const hasPrefix = (variable: string): boolean => variable.toUpperCase().startsWith(PREFIX);

export const withoutPrefix = (variable: string): string => variable.slice(PREFIX.length);

/** Variables for the log, which are not settings. */
export const LOG_LEVEL = variableOf('loglevel');
export const LOG_TIMESTAMPS = variableOf('log_timestamps');
