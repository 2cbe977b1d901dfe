// A target that confirms states as FAKE_TARGET says.
import { appendFileSync, existsSync, writeFileSync, writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const options = JSON.parse(process.env.FAKE_TARGET);
const { dir, said } = options;
const say = (what) =>
  said ? appendFileSync(said, `FAKE TARGET ${what}\n`) : process.stderr.write(`FAKE TARGET ${what}\n`);
const hang = async () => {
  for (;;) await delay(1000);
};
// It waits, so that what counts as printed has been printed.
const print = (text) => writeSync(1, text);
const end = async () => {
  if (options.signal) process.kill(process.pid, options.signal);
  process.exit(options.exit ?? 0);
};

process.on('SIGTERM', () => {
  say('got SIGTERM');
  if (!options.stubborn) process.exit(143);
});
process.on('SIGINT', () => {
  say('got SIGINT');
  process.exit(130);
});
writeFileSync(`${dir}/target.pid`, String(process.pid));
writeFileSync(`${dir}/target.args`, JSON.stringify(process.argv.slice(2)));
for (const line of options.first ?? []) print(line);
if (options.closeInput) {
  process.stdin.destroy();
  await delay(50);
  await end();
}
if (options.readNothing) await hang();

// Not readline: from Node 24 on, it ends lines at U+2028 too, which may be in JSON.
async function* linesOf(input) {
  let rest = '';
  for await (const chunk of input.setEncoding('utf8')) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop();
    yield* parts;
  }
  if (rest !== '') yield rest;
}

let lines = 0;
for await (const line of linesOf(process.stdin)) {
  lines += 1;
  const message = JSON.parse(line);
  if (options.save && message.type === 'RECORD') {
    appendFileSync(`${dir}/${options.save}`, `${message.stream} ${message.record.id}\n`);
  }
  if (message.type === 'STATE' && !options.silent) {
    const state = options.only
      ? { bookmarks: { [options.only]: message.value.bookmarks[options.only] } }
      : message.value;
    print(`${JSON.stringify(options.wrapped ? { type: 'STATE', value: state } : state)}\n`);
  }
  if (lines === options.endAfter) await end();
  if (lines === options.pauseAfter && !existsSync(`${dir}/go`)) {
    writeFileSync(`${dir}/paused`, '');
    while (!existsSync(`${dir}/go`)) await delay(5);
  }
}
writeFileSync(`${dir}/target.read`, String(lines));
for (const line of options.last ?? []) print(line);
if (options.until) while (!existsSync(`${dir}/${options.until}`)) await delay(5);
if (options.hang) await hang();
await end();
