// A tap that does what FAKE_TAP says, step by step, and then ends.
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const { dir, steps, said } = JSON.parse(process.env.FAKE_TAP);
const say = (what) =>
  said ? appendFileSync(said, `FAKE TAP ${what}\n`) : process.stderr.write(`FAKE TAP ${what}\n`);
const write = (text) =>
  new Promise((resolve) => {
    process.stdout.write(text, resolve);
  });
const state = (value) => write(`${JSON.stringify({ type: 'STATE', value })}\n`);
const record = `${JSON.stringify({ type: 'RECORD', stream: 'leads', record: { id: 'x'.repeat(1000) } })}\n`;
const until = async (name) => {
  while (!existsSync(`${dir}/${name}`)) await delay(5);
};

process.stdout.on('error', () => process.exit(1));
let signals = 0;
let onSignal = () => {};
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    signals += 1;
    say(`got ${signal}`);
    onSignal();
  });
}
writeFileSync(`${dir}/tap.pid`, String(process.pid));
say(`started with ${process.argv.slice(2).join(' ')}`);

const does = {
  state,
  write,
  records: async (count) => {
    for (let at = 0; at < count; at++) await write(record);
  },
  // Writes states without end, each with its records.
  states: async ({ from, to, stream = 'leads' }) => {
    for (let at = from; at < to; at++) {
      await write(record.repeat(at % 7));
      await state({ bookmarks: { [stream]: { date_updated: new Date(at * 1000).toISOString() } } });
    }
  },
  until,
  touch: (name) => writeFileSync(`${dir}/${name}`, ''),
  // Like the real tap, it writes a last state when it is told to stop.
  untilStopped: async (last) => {
    while (signals === 0) await delay(5);
    if (last) await state(last);
    process.exit(143);
  },
  hang: async () => {
    onSignal = () => process.exit(143);
    for (;;) await delay(1000);
  },
  exit: (code) => process.exit(code),
  die: (signal) => process.kill(process.pid, signal),
};
for (const step of steps) {
  for (const [name, value] of Object.entries(step)) await does[name](value);
}
