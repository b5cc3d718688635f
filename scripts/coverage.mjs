// Runs the tests (all, or those whose path contains one of the arguments) and the checks of what is generated, and tells
// which lines of the sources they went through: in the tests' own processes, and in the bundle that they start as `pkrts`.
// All of them together fail below the goals. Writes coverage/lcov.info, which editors show.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { Report } from "c8";
import { transformSync } from "esbuild";

/** Per cent of lines: of all that is measured, and of a folder. */
const GOALS = { ".": 90, lang: 95 };
/** Files below this are named. */
const WEAK = 80;

const MEASURED = ["index.ts", "docs", "lang", "schemas", "runtime", "builders"];
const folder = resolve("coverage");
const raw = join(folder, "tmp");
const wanted = process.argv.slice(2);

rmSync(folder, { recursive: true, force: true });
run({}, "scripts/build.mjs", "--coverage");
const counting = { NODE_V8_COVERAGE: raw };
const passed = [
  run(counting, "--import", "tsx", "tests/run.ts", ...wanted),
  run(counting, "--import", "tsx", "docs/generate.ts", "--check"),
  run(counting, "--import", "tsx", "schemas/generate.ts", "--check"),
].every(Boolean);
const files = await report();
const reached = show(files);
run({}, "scripts/build.mjs");
process.exitCode = passed && (reached || wanted.length > 0) ? 0 : 1;

function run(env, ...argv) {
  const { status } = spawnSync(process.execPath, argv, { env: { ...process.env, ...env }, stdio: "inherit" });
  return status === 0;
}

/** The files with the numbers of their lines, covered and in all. */
async function report() {
  const c8 = new Report({
    all: true,
    include: sources(),
    exclude: [],
    extension: [".ts"],
    excludeNodeModules: true,
    // A chunk of the bundle holds many sources, and packages besides.
    excludeAfterRemap: true,
    omitRelative: true,
    mergeAsync: true,
    resolve: "",
    reporter: ["lcovonly"],
    reportsDirectory: folder,
    tempDirectory: raw,
  });
  await c8.run();
  const map = await c8.getCoverageMapFromAllCoverageFiles();
  return map.files().map((path) => {
    const { covered, total } = map.fileCoverageFor(path).toSummary().lines;
    return { path: relative(".", path), covered, total };
  });
}

/** All but what a program wrote, and files of types alone: nothing of those is left to be run. */
function sources() {
  const paths = MEASURED.flatMap((name) =>
    name.endsWith(".ts")
      ? [name]
      : readdirSync(name, { recursive: true, encoding: "utf8" }).map((path) => join(name, path)),
  );
  return paths.filter(
    (path) => /\.ts$/.test(path) && !/\.(gen|d)\.ts$/.test(path) && !isTypesOnly(readFileSync(path, "utf8")),
  );
}

function isTypesOnly(text) {
  return transformSync(text, { loader: "ts" }).code.trim() === "";
}

function show(files) {
  for (const { path, covered, total } of files) {
    const percent = (100 * covered) / total;
    if (percent < WEAK)
      console.log(`${percent.toFixed(0).padStart(3)} %  ${path}: ${total - covered} lines are not run`);
  }
  return Object.entries(GOALS)
    .map(([name, goal]) => {
      const within = files.filter(({ path }) => name === "." || path.startsWith(`${name}/`));
      const percent = (100 * sum(within, "covered")) / sum(within, "total");
      console.log(
        `${name === "." ? "all" : name}: ${percent.toFixed(2)} % of ${sum(within, "total")} lines (goal: ${goal} %)`,
      );
      return percent >= goal;
    })
    .every(Boolean);
}

function sum(files, key) {
  return files.reduce((total, file) => total + file[key], 0);
}
