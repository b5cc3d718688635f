// Bundles the library and the command into dist/; with --coverage, so that c8 can tell what of the sources a run of the
// command went through: lines as they are, source maps, a file a chunk, no code cache made in advance.
//
// Both are split at their lazy import()s, so that `validate` loads neither the AWS SDK nor the embedded EC2. The command's
// chunks are then turned into CommonJS: only that can be loaded with V8's code cache (runtime/launcher.ts).
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { build, transform } from "esbuild";
import { chunkName, doorNames, doors, entry, packsOf, whenUsed } from "./chunks.js";
import { literalKeys } from "./literal-keys.js";
import { joined, redirected, scopesOf } from "./scopes.js";

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
  plugins: [literalKeys],
  chunkNames: "chunks/[name]-[hash]",
  // Compiled parts that packages try and do without where there are none.
  external: ["cpu-features", "*.node"],
  legalComments: "linked",
  metafile: true,
  logLevel: "warning",
};

const coverage = process.argv.includes("--coverage");

const COMMON_JS = {
  platform: "node",
  target: "node20",
  // A text that is half as long is read in half the time; names stay, for stack traces.
  minifyWhitespace: !coverage,
  minifySyntax: !coverage,
  // import() of a chunk becomes require(), which the launcher answers.
  supported: { "dynamic-import": false },
};

/** Commands that are used by hand and in every CI run: their caches are warm from the start. */
const WARM = [
  ["version"],
  ["validate", "-var", "source_ami=ami-0123456789abcdef0", "fixtures/builds/basic/template.pkr.hcl"],
  ["inspect", "fixtures/builds/basic/template.pkr.hcl"],
  ["fmt", "-check", "fixtures/builds/basic/template.pkr.hcl"],
];
/**
 * File → entries of the bundle whose chunks lie in it together: reading, checking and starting them one by one takes 5 ms of the
 * processor's time in `validate`. The first that names a chunk has it.
 */
const PACKS = {
  "start.cjs": ["runtime/main.ts", "runtime/cli/version.ts"],
  "syntax.cjs": ["runtime/cli/fmt.ts", "runtime/cli/format-files.ts"],
  "templates.cjs": [
    "runtime/cli/validate.ts",
    "runtime/cli/inspect.ts",
    "runtime/cli/console.ts",
    "builders/amazon-chroot/component.ts",
    "builders/file/builder.ts",
    "builders/null/builder.ts",
    "runtime/provisioners/file.ts",
    "runtime/provisioners/shell.ts",
    "runtime/provisioners/shell-local.ts",
    "runtime/post-processors/manifest.ts",
    "runtime/post-processors/shell-local.ts",
  ],
  "legacy.cjs": ["lang/legacy/index.ts", "lang/legacy/fix/index.ts", "lang/json/index.ts"],
  "build.cjs": ["runtime/cli/build.ts", "builders/amazon-chroot/builder.ts", "node_modules/execa/index.js"],
};
/** The file of a pack, and entries: the chunks that all of them import are joined to one, in that file. */
const SCOPES = [
  ["start.cjs", ["runtime/main.ts"]],
  ["syntax.cjs", ["runtime/cli/format-files.ts", "runtime/cli/validate.ts"]],
  ["templates.cjs", ["runtime/cli/inspect.ts", "runtime/cli/validate.ts"]],
  ["build.cjs", ["builders/amazon-chroot/builder.ts"]],
];
/**
 * Modules that most runs never call: who imports one gets it, with what only it imports, at the first call of something in it. What is called
 * a thousand times a run had better not stand here, nor what is needed to start: it would be loaded at once.
 */
const DOORS = [
  "lang/diagnostics/catalog/evaluation.ts",
  "lang/diagnostics/render-text.ts",
  "lang/functions/bcrypt.ts",
  "lang/functions/cidr.ts",
  "lang/functions/csv.ts",
  "lang/functions/format-date.ts",
  "lang/functions/format-verbs.ts",
  "lang/functions/glob.ts",
  "lang/functions/json-text.ts",
  "lang/functions/re2.ts",
  "lang/functions/rsa.ts",
  "lang/functions/text-encoding.ts",
  "lang/functions/uuid.ts",
  "lang/functions/yaml-decode.ts",
  "lang/functions/yaml-encode.ts",
  "lang/functions/yaml-syntax.ts",
  "lang/json/index.ts",
  "lang/legacy/fix/index.ts",
  "lang/legacy/index.ts",
  "node_modules/chevrotain/lib/src/parse/cst/cst.js",
  "node_modules/chevrotain/lib/src/parse/cst/cst_visitor.js",
  "node_modules/chevrotain/lib/src/parse/grammar/checks.js",
  "node_modules/chevrotain/lib/src/parse/grammar/follow.js",
  "node_modules/chevrotain/lib/src/parse/grammar/gast/gast_resolver_public.js",
  "node_modules/chevrotain/lib/src/parse/grammar/lookahead.js",
  "node_modules/chevrotain/lib/src/scan/lexer.js",
  "node_modules/chevrotain/lib/src/scan/reg_exp_parser.js",
];
/** Node has them to load and start, too: crypto alone takes 2 ms. */
const LAZY_BUILTINS = [
  "node:child_process",
  "node:crypto",
  "node:fs/promises",
  "node:os",
  "node:stream/consumers",
  "node:stream/promises",
  "node:timers/promises",
  "node:zlib",
];

rmSync("dist", { recursive: true, force: true });
const [library, cli] = await Promise.all([buildLibrary(), buildCli()]);
await buildLauncher(cli);
for (const argv of coverage ? [] : WARM)
  execFileSync(process.execPath, ["dist/pkrts.cjs", ...argv], { stdio: ["ignore", "ignore", "inherit"] });

const outputs = [...Object.values(library.metafile.outputs), ...Object.values(cli.metafile.outputs)];
console.log(
  `dist: ${outputs.length} files, ${Math.round(outputs.reduce((sum, { bytes }) => sum + bytes, 0) / 1024)} kB`,
);

function buildLibrary() {
  return build({ ...COMMON, entryPoints: { index: "index.ts" }, outdir: "dist", banner: { js: banner } });
}

function isCode({ path }) {
  return path.endsWith(".js");
}

async function buildCli() {
  const result = await build({
    ...COMMON,
    entryPoints: ["runtime/main.ts", ...DOORS].map(entry),
    plugins: [literalKeys, doors(DOORS)],
    outdir: "dist/cli",
    write: false,
    // Flat, as they are written: source maps name the sources from there.
    chunkNames: "[name]-[hash]",
    sourcemap: coverage && "inline",
  });
  const lazy = new Set([...LAZY_BUILTINS, ...doorNames(DOORS)]);
  const chunks = new Map(await Promise.all(result.outputFiles.filter(isCode).map((file) => commonJs(file, lazy))));
  const packs = packsOf(result.metafile, coverage ? {} : PACKS);
  const scopes = scopesOf(result.metafile, packs, coverage ? [] : SCOPES);
  await joinScopes(scopes, result.outputFiles, chunks, packs, lazy);
  mkdirSync("dist/cli", { recursive: true });
  for (const { path, text } of result.outputFiles.filter((file) => !isCode(file)))
    writeFileSync(join("dist/cli", basename(path)), text);
  for (const [file, names] of packs) writeFileSync(join("dist/cli", file), packed(names, chunks));
  writeFileSync("dist/cli/modules.json", JSON.stringify(modulesOf(result.metafile, scopes)));
  return { ...result, packs };
}

/** Puts each scope in place of its chunks. */
async function joinScopes(scopes, files, chunks, packs, lazy) {
  const texts = new Map(files.filter(isCode).map(({ path, text }) => [chunkName(path), text]));
  for (const { file, scope, names } of scopes) {
    chunks.set(scope, { code: whenUsed(await joined(names, texts, COMMON_JS), lazy) });
    packs.set(file, [...packs.get(file).filter((name) => !names.includes(name)), scope]);
  }
  for (const chunk of chunks.values()) chunk.code = redirected(chunk.code, scopes);
}

/** A chunk by its name, as the body of a CommonJS module. */
async function commonJs({ path, text }, lazy) {
  const { code, map } = await transform(text, { ...COMMON_JS, format: "cjs", sourcemap: coverage });
  return [chunkName(path), { code: whenUsed(code, lazy), map }];
}

/** One script whose value is an object: chunk → function. */
function packed(names, chunks) {
  const members = names.map(
    (name) =>
      `${JSON.stringify(name)}: function (exports, require, module, __filename, __dirname) {\n${chunks.get(name).code}\n}`,
  );
  return `({${members.join(",\n")}})\n${coverage ? mapComment(chunks.get(names[0])) : ""}`;
}

/** For a chunk that begins on the second line of its file. c8 tells our sources from packages' by absolute paths. */
function mapComment({ map }) {
  const { sources, mappings, ...rest } = JSON.parse(map);
  const moved = {
    ...rest,
    sources: sources.map((source) => resolve("dist/cli", source)),
    sourcesContent: undefined,
    mappings: `;${mappings}`,
  };
  return `//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(moved)).toString("base64")}\n`;
}

/** Chunk → the modules in it, for the test of what a command loads. */
function modulesOf({ outputs }, scopes) {
  const chunks = Object.entries(outputs).filter(([path]) => path.endsWith(".js"));
  const modules = Object.fromEntries(chunks.map(([path, { inputs }]) => [chunkName(path), Object.keys(inputs)]));
  for (const { scope, names } of scopes) modules[scope] = names.flatMap((name) => modules[name]);
  return modules;
}

/** Chunk → file, where it is not the chunk's own. */
function packOf(packs) {
  return Object.fromEntries(
    [...packs].flatMap(([file, names]) => names.filter((name) => name !== file).map((name) => [name, file])),
  );
}

async function buildLauncher({ outputFiles, packs }) {
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
    minifyWhitespace: !coverage,
    minifySyntax: !coverage,
    banner: { js: "#!/usr/bin/env node" },
    define: {
      "import.meta.dirname": "__dirname",
      PKRTS_BUILD: JSON.stringify(`${version}-${hash.digest("hex").slice(0, 12)}`),
      PKRTS_MAIN: JSON.stringify("./runtime-main.js"),
      PKRTS_PACKS: JSON.stringify(packOf(packs)),
    },
    sourcemap: coverage && "inline",
    logLevel: "warning",
  });
  chmodSync("dist/pkrts.cjs", 0o755);
}
