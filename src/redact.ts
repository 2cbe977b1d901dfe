/** Shorter ones are no secrets, and to take them out would take words out. */
const SHORTEST_SECRET = 4;

/**
 * A function that takes the secrets out of a text, in each form in which they travel: as they are, quoted in JSON or
 * a URL, and as the base64 of Basic authentication, which is `key:`.
 */
export const createRedaction = (secrets: readonly string[]): ((text: string) => string) => {
  const forms = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .flatMap((secret) => {
      const basic = Buffer.from(`${secret}:`).toString('base64');
      const bare = Buffer.from(secret).toString('base64');
      return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), basic, bare];
    })
    .map((form) => form.replace(/=+$/, ''));
  // The longest first: a form may begin with another.
  const ordered = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return (text) => ordered.reduce((clean, form) => clean.replaceAll(form, '[redacted]'), text);
};

export const redact = (text: string, secrets: readonly string[]): string => createRedaction(secrets)(text);
