import type { Row } from './table.ts';

const LARGEST = 40_000;

/** Rows as JSON, with all fields and with the fields that were asked for last. It is emptied when it gets too large. */
export class TextCache {
  private readonly whole = new Map<number, string>();
  private readonly cuts = new Map<number, { by: string; text: string }>();

  text(ordinal: number, row: (ordinal: number) => Row): string {
    const known = this.whole.get(ordinal);
    if (known !== undefined) return known;
    const text = JSON.stringify(row(ordinal));
    if (this.whole.size >= LARGEST) this.whole.clear();
    this.whole.set(ordinal, text);
    return text;
  }

  cut(ordinal: number, by: string, make: () => string): string {
    const known = this.cuts.get(ordinal);
    if (known?.by === by) return known.text;
    const text = make();
    if (this.cuts.size >= LARGEST) this.cuts.clear();
    this.cuts.set(ordinal, { by, text });
    return text;
  }

  forget(ordinal: number): void {
    this.whole.delete(ordinal);
    this.cuts.delete(ordinal);
  }

  forgetAll(): void {
    this.whole.clear();
    this.cuts.clear();
  }
}
