import { live } from './live.ts';

process.exitCode = await live(process.env, process.cwd(), (line) => {
  process.stderr.write(`${line}\n`);
});
