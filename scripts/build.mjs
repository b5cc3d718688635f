// Bundles the library and the command into dist/.
//
// Both are split at their lazy import()s, so that `validate` loads neither the AWS SDK nor the embedded EC2. The command's
// chunks are then turned into CommonJS: only that can be loaded with V8's code cache (runtime/launcher.ts).
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build, transform } from "esbuild";

// CommonJS packages inside an ESM bundle call require() for Node's own modules, and name the file they are in.
const banner = [
  'import { createRequire as pkrtsRequire } from "node:module";',
  'import { fileURLToPath as pkrtsPath } from "node:url";',
  "const require = pkrtsRequire(import.meta.url);",
  "const __filename = pkrtsPath(import.meta.url);",
].join(" ");

const COMMON = {
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // The packages' ES modules: their CommonJS builds can't be tree-shaken.
  mainFields: ["module", "main"],
  chunkNames: "chunks/[name]-[hash]",
  // Compiled parts that packages try and do without where there are none.
  external: ["cpu-features", "*.node"],
  legalComments: "linked",
  metafile: true,
  logLevel: "warning",
};

/** Commands that are used by hand and in every CI run: their caches are warm from the start. */
const WARM = [
  ["version"],
  ["validate", "-var", "source_ami=ami-0123456789abcdef0", "fixtures/builds/basic/template.pkr.hcl"],
  ["inspect", "fixtures/builds/basic/template.pkr.hcl"],
  ["fmt", "-check", "fixtures/builds/basic/template.pkr.hcl"],
];
const CACHED_COMMANDS = ["build", "console", "fmt", "inspect", "lsp", "validate", "version"];

rmSync("dist", { recursive: true, force: true });
const [library, cli] = await Promise.all([buildLibrary(), buildCli()]);
await buildLauncher(cli);
for (const argv of WARM)
  execFileSync(process.execPath, ["dist/pkrts.cjs", ...argv], { stdio: ["ignore", "ignore", "inherit"] });

const outputs = [...Object.values(library.metafile.outputs), ...Object.values(cli.metafile.outputs)];
console.log(
  `dist: ${outputs.length} files, ${Math.round(outputs.reduce((sum, { bytes }) => sum + bytes, 0) / 1024)} kB`,
);

function buildLibrary() {
  return build({ ...COMMON, entryPoints: { index: "index.ts" }, outdir: "dist", banner: { js: banner } });
}

async function buildCli() {
  const result = await build({ ...COMMON, entryPoints: { main: "runtime/main.ts" }, outdir: "dist/cli", write: false });
  mkdirSync("dist/cli", { recursive: true });
  await Promise.all(result.outputFiles.map(writeChunk));
  writeFileSync("dist/cli/modules.json", JSON.stringify(modulesOf(result.metafile)));
  return result;
}

async function writeChunk({ path, text }) {
  const name = basename(path);
  if (!name.endsWith(".js")) return writeFileSync(join("dist/cli", name), text);
  const { code } = await transform(text, {
    format: "cjs",
    platform: "node",
    target: "node20",
    // A text that is half as long is read in half the time; names stay, for stack traces.
    minifyWhitespace: true,
    minifySyntax: true,
    // import() of a chunk becomes require(), which the launcher answers.
    supported: { "dynamic-import": false },
  });
  writeFileSync(join("dist/cli", name.replace(/\.js$/, ".cjs")), code);
}

/** Chunk → the modules in it, for the test of what a command loads. */
function modulesOf({ outputs }) {
  const chunks = Object.entries(outputs).filter(([path]) => path.endsWith(".js"));
  return Object.fromEntries(
    chunks.map(([path, { inputs }]) => [basename(path).replace(/\.js$/, ".cjs"), Object.keys(inputs)]),
  );
}

async function buildLauncher({ outputFiles }) {
  const hash = createHash("sha256");
  for (const { path, text } of [...outputFiles].sort((a, b) => (a.path < b.path ? -1 : 1)))
    hash.update(`${basename(path)}\n${text}`);
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  await build({
    entryPoints: ["runtime/launcher.ts"],
    outfile: "dist/pkrts.cjs",
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    banner: { js: "#!/usr/bin/env node" },
    define: {
      "import.meta.dirname": "__dirname",
      PKRTS_BUILD: JSON.stringify(`${version}-${hash.digest("hex").slice(0, 12)}`),
      PKRTS_MAIN: JSON.stringify("./main.js"),
      PKRTS_COMMANDS: JSON.stringify(CACHED_COMMANDS),
    },
    logLevel: "warning",
  });
  chmodSync("dist/pkrts.cjs", 0o755);
}
