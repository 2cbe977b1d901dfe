import { codeOf } from '../errors.ts';
import { TooLargeError } from './read-body.ts';

/** An error that every retry would meet again, such as a certificate that is not trusted. */
export class LastingError extends Error {
  override name = 'LastingError';
}

/** An error that every other request would meet too, such as a proxy that refuses. */
export class NoWayError extends LastingError {
  override name = 'NoWayError';
}

/** The codes of Node for a certificate that it does not trust. */
const CERTIFICATE =
  /^(CERT_|ERR_TLS_CERT_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|INVALID_CA|HOSTNAME_MISMATCH|PATH_LENGTH_EXCEEDED)/;

/** Whether the certificate of the server, or of the proxy before it, is not trusted. */
const isAboutCertificate = (error: unknown): boolean =>
  error instanceof Error && (CERTIFICATE.test(codeOf(error)) || isAboutCertificate(error.cause));

/** Whether every other request would meet the same error. */
export const leadsNowhere = (error: unknown): boolean =>
  error instanceof NoWayError || isAboutCertificate(error);

/** Whether the same request would meet the same error again. */
export const isLasting = (error: unknown): boolean =>
  error instanceof LastingError || error instanceof TooLargeError || leadsNowhere(error);

/** What went wrong in the network, and what to do about it, if that is known. */
export const describeNetworkError = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  // Node hides the reason of a refused connection in an AggregateError without a message.
  const message = error.message === '' ? codeOf(error) || error.name : error.message;
  return CERTIFICATE.test(codeOf(error))
    ? `the certificate is not trusted: ${message}; if your network has a proxy that decrypts TLS, name its certificate in NODE_EXTRA_CA_CERTS`
    : message;
};
