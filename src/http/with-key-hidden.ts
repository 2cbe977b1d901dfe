import { type ApiRequest, isSuccess, type Layer } from './request.ts';

/** A shorter text may be part of ordinary words. Close's own keys have more than forty characters. */
const SHORTEST_BYTES = 16;
const STAR = '*';

/**
 * Writes asterisks over the tap's own key in every answer with rows, so no record can hold it, and no state. Somebody may
 * have written the key into a note, or a proxy may repeat what it was sent.
 * @param secrets the key, and what is sent in its place
 * @param onFound called with the request of each answer that had the key
 */
export const withKeyHidden = (secrets: readonly string[], onFound: (request: ApiRequest) => void): Layer => {
  // JSON may have `\/` for a slash.
  const forms = new Set(secrets.flatMap((secret) => [secret, secret.replaceAll('/', '\\/')]));
  const hidden = [...forms].map((form) => Buffer.from(form)).filter(({ length }) => length >= SHORTEST_BYTES);
  /** Asterisks take as much room, so the answer stays JSON and is not copied. */
  const isOverwritten = (bytes: Buffer): boolean => {
    let found = false;
    for (const secret of hidden) {
      for (let at = bytes.indexOf(secret); at >= 0; at = bytes.indexOf(secret, at + secret.length)) {
        bytes.fill(STAR, at, at + secret.length);
        found = true;
      }
    }
    return found;
  };
  return (next) => async (request, signal) => {
    const reply = await next(request, signal);
    // The text of a refusal goes only into messages. Those are redacted later, in more forms; that takes more time.
    if (!isSuccess(reply.status)) return reply;
    const bytes = reply.page?.bytes ?? Buffer.from(reply.text);
    if (!isOverwritten(bytes)) return reply;
    onFound(request);
    return reply.page ? reply : { ...reply, text: bytes.toString() };
  };
};
