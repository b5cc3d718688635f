// The command as one file that needs nothing but Node: dist/pkrts-single.cjs. It has no code cache, so it starts slower.
import { chmodSync, statSync } from "node:fs";
import { build } from "esbuild";
import { literalKeys } from "./literal-keys.js";

const outfile = "dist/pkrts-single.cjs";

await build({
  entryPoints: ["runtime/main.ts"],
  outfile,
  bundle: true,
  format: "cjs",
  platform: "node",
  target: "node20",
  mainFields: ["module", "main"],
  plugins: [literalKeys],
  // Parts of ssh2 that were compiled for one machine: it does without them.
  external: ["*.node", "cpu-features"],
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: "linked",
  banner: { js: "#!/usr/bin/env node" },
  logLevel: "warning",
});
chmodSync(outfile, 0o755);
console.log(`${outfile}: ${Math.round(statSync(outfile).size / 1024)} kB`);
