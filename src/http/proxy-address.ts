import { UsageError } from '../errors.ts';

/** A proxy as an environment variable names it. */
export interface ProxyAddress {
  /** `proxy.example:3128`, for messages; never with a password. */
  readonly name: string;
  readonly hostname: string;
  readonly port: number;
  /** Whether the connection to the proxy itself uses TLS. */
  readonly isSecure: boolean;
  /** Value of the Proxy-Authorization header, if the variable holds a user. */
  readonly authorization: string | null;
}

/** In order of precedence; curl and undici also fall back to the last two. */
const VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'];

/** The port of a URL; the usual one of its protocol if it names none. */
export const portOf = ({
  protocol,
  port,
}: {
  readonly protocol: string;
  readonly port?: string | undefined;
}): number => Number(port || (protocol === 'https:' ? 443 : 80));

/** Whether NO_PROXY lists the host: by its name, by a domain above it, with or without a port, or as `*`. */
const isExcepted = (target: URL, list: string): boolean => {
  const port = String(portOf(target));
  return list
    .toLowerCase()
    .split(/[,\s]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const [, name = entry, onlyPort = port] = /^(.+):(\d+)$/.exec(entry) ?? [];
      const domain = name.replace(/^\*?\./, '');
      const isWithin = target.hostname === domain || target.hostname.endsWith(`.${domain}`);
      return entry === '*' || (isWithin && onlyPort === port);
    });
};

/** @returns null when a % in the text is not an encoding */
const decoded = (text: string): string | null => {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
};

/** The address, or what is wrong with it. The message quotes nothing, since it may hold a password. */
const parse = (text: string): ProxyAddress | string => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.port === '0') {
    return 'must be an address such as http://proxy.example:3128, or http://user:password@proxy.example:3128';
  }
  // A password with one of these characters would be cut there, and its first part read as the port.
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    return 'must end after the port; in a password, write / as %2F, ? as %3F, # as %23 and @ as %40';
  }
  const [user, password] = [decoded(url.username), decoded(url.password)];
  if (user === null || password === null) {
    return 'holds a user name or a password with a % that encodes nothing; write % as %25';
  }
  const isSecure = url.protocol === 'https:';
  const port = portOf(url);
  const credentials = Buffer.from(`${user}:${password}`).toString('base64');
  return {
    name: `${url.hostname}:${port}`,
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port,
    isSecure,
    authorization: user === '' && password === '' ? null : `Basic ${credentials}`,
  };
};

/**
 * The proxy for a host, or null.
 * @throws UsageError that names the variable and never its value
 */
export const proxyFor = (target: URL, env: NodeJS.ProcessEnv): ProxyAddress | null => {
  const variable = VARIABLES.find((name) => (env[name] ?? '') !== '');
  if (variable === undefined || isExcepted(target, env.no_proxy ?? env.NO_PROXY ?? '')) return null;
  const proxy = parse(env[variable] ?? '');
  if (typeof proxy === 'string') throw new UsageError([`${variable}: ${proxy}`]);
  return proxy;
};
