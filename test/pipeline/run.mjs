// The program with another tap: `run` starts the script with which it was started itself.
import { main } from '../../dist/main.js';

process.argv[1] = new URL('./fake-tap.mjs', import.meta.url).pathname;
process.exitCode = await main(process.argv.slice(2), process);
