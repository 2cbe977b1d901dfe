#!/usr/bin/env node
// An old Node must be able to read this file, to say which Node is needed. So the rest is imported only after that.
const OLDEST = [20, 18, 1];

const isTooOld = (version) => {
  const parts = version.split('.').map(Number);
  const at = OLDEST.findIndex((number, index) => number !== parts[index]);
  return at >= 0 && parts[at] < OLDEST[at];
};

if (isTooOld(process.versions.node)) {
  process.exitCode = 2;
  process.stderr.write(
    `CRITICAL tap-closeio needs Node ${OLDEST.join('.')} or newer, and this is Node ${process.versions.node}; install a newer Node\n`,
  );
} else {
  // Set before the modules are loaded, because loading them makes V8's young generation grow, and it never shrinks. A small
  // one is emptied more often, but a run takes 40 MiB less.
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  setFlagsFromString('--semi-space-growth-factor=1');
  // Threads that help to empty something so small cost more CPU than they save time.
  setFlagsFromString('--no-parallel-scavenge');
  // V8 compiles what runs often, and what it works with meanwhile stays with the process. Without its quick compiler, and
  // with less put into one function, a run takes 7 MiB and 3 % of the CPU less.
  setFlagsFromString('--no-sparkplug');
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=400');
  // undici parses HTTP in WebAssembly. If V8 optimises that, it takes more memory for a moment than all the rest of a run.
  setFlagsFromString('--no-wasm-tier-up');
  setFlagsFromString('--no-wasm-dynamic-tiering');
  // The exit code if the process ends before main() has answered.
  process.exitCode = 1;
  // Not process.exit(): it would cut off output that the pipe has not taken yet.
  void import('../dist/main.js')
    .then(({ main }) => main(process.argv.slice(2), process))
    .then((code) => {
      process.exitCode = code;
    });
}
