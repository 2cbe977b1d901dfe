import type { Socket } from 'node:net';
import { NoWayError } from './network-errors.ts';
import type { ProxyAddress } from './proxy-address.ts';

/** The most bytes of a proxy's answer before a tunnel is open. */
const LONGEST_HEAD = 16_384;

/** The error for a proxy that refuses a tunnel. To ask again helps only if the proxy itself had a fault. */
const refusalOf = (status: number, { name, authorization }: ProxyAddress, host: string): Error => {
  if (status === 407) {
    const what =
      authorization === null ? 'wants a user name and a password' : 'refused the user name or the password';
    return new NoWayError(
      `the proxy ${name} ${what} (407); HTTPS_PROXY holds them as http://user:password@host:port`,
    );
  }
  const what = `the proxy ${name} refused to connect to ${host}: ${status}`;
  if (status >= 500 || status === 408 || status === 429) return new Error(what);
  return new NoWayError(`${what}; ask the person who runs it, or add the host to NO_PROXY`);
};

/** Asks a proxy, over a connection to it, for a tunnel to a host. Rejects when the connection ends first. */
export const openTunnel = (socket: Socket, proxy: ProxyAddress, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    let head = '';
    const settle = (error: Error | null): void => {
      socket.off('data', read).off('close', closed).off('error', failed);
      if (error) reject(error);
      else resolve();
    };
    const failed = (error: Error): void =>
      settle(new Error(`the proxy ${proxy.name}: ${error.message}`, { cause: error }));
    const closed = (): void =>
      settle(new Error(`the proxy ${proxy.name} closed the connection after CONNECT`));
    const read = (part: Buffer): void => {
      head += part.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end < 0 && head.length <= LONGEST_HEAD) return;
      const status = /^HTTP\/1\.[01] (\d{3})\b/.exec(head)?.[1];
      if (end < 0 || status === undefined) {
        settle(new NoWayError(`the proxy ${proxy.name} does not answer as an HTTP proxy`));
      } else if (/^2/.test(status)) {
        socket.pause();
        const rest = head.slice(end + 4);
        if (rest !== '') socket.unshift(Buffer.from(rest, 'latin1'));
        settle(null);
      } else settle(refusalOf(Number(status), proxy, host));
    };
    socket.on('data', read).once('close', closed).once('error', failed);
    const authorization =
      proxy.authorization === null ? '' : `Proxy-Authorization: ${proxy.authorization}\r\n`;
    socket.write(`CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n${authorization}\r\n`);
  });
