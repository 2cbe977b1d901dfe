#!/usr/bin/env node
// An old Node is to read this file too, and say what is needed: the rest is imported only then.
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
  // Here, since a young generation that has grown stays so, and modules alone make it grow. As small as it begins, it is
  // emptied more often, and a run takes 40 MiB less.
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  setFlagsFromString('--semi-space-growth-factor=1');
  // undici parses HTTP in WebAssembly. To optimise that takes V8 more memory for a moment than all the rest of a run.
  setFlagsFromString('--no-wasm-tier-up');
  setFlagsFromString('--no-wasm-dynamic-tiering');
  // Where it ends without an answer, it has not done its work.
  process.exitCode = 1;
  // Never process.exit(): it would cut off what a pipe has not taken yet.
  void import('../dist/main.js')
    .then(({ main }) => main(process.argv.slice(2), process))
    .then((code) => {
      process.exitCode = code;
    });
}
