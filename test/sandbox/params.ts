/** The parameters of a request. It notes which of them the API ignores without a message. */
export class Params {
  readonly all: Readonly<Record<string, string>>;
  private readonly used = new Set<string>();
  private readonly deaf: ReadonlySet<string>;

  constructor(all: Readonly<Record<string, string>>, deaf: Iterable<string>) {
    this.all = all;
    this.deaf = new Set(deaf);
  }

  get(name: string): string | undefined {
    if (this.deaf.has(name)) return undefined;
    const value = this.all[name];
    if (value !== undefined) this.used.add(name);
    return value;
  }

  /** A list with commas, as every `__in` filter accepts. */
  list(name: string): string[] | undefined {
    return this.get(name)?.split(',');
  }

  hears(name: string): boolean {
    return !this.deaf.has(name);
  }

  ignored(): string[] {
    return Object.keys(this.all).filter((name) => !this.used.has(name));
  }
}
