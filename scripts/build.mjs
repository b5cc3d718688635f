// Bundles the command and the library into dist/. Lazy import() calls become chunks of their own, so that `validate`
// loads neither the AWS SDK nor the embedded EC2.
import { chmodSync, rmSync } from "node:fs";
import { build } from "esbuild";

rmSync("dist", { recursive: true, force: true });

// CommonJS packages inside the ESM bundle call require() for Node's own modules, and name the file they are in.
const banner = [
  'import { createRequire as pkrtsRequire } from "node:module";',
  'import { fileURLToPath as pkrtsPath } from "node:url";',
  "const require = pkrtsRequire(import.meta.url);",
  "const __filename = pkrtsPath(import.meta.url);",
].join(" ");

const result = await build({
  entryPoints: { pkrts: "runtime/main.ts", index: "index.ts" },
  outdir: "dist",
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // The packages' ES modules: their CommonJS builds can't be tree-shaken.
  mainFields: ["module", "main"],
  banner: { js: banner },
  legalComments: "linked",
  metafile: true,
  logLevel: "warning",
});
chmodSync("dist/pkrts.js", 0o755);

const bytes = Object.values(result.metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
console.log(`dist: ${Object.keys(result.metafile.outputs).length} files, ${Math.round(bytes / 1024)} kB`);
