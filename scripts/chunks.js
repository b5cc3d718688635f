// Reads esbuild's metafile: which chunks the command's bundle has, and which of them belong together.
import { basename, resolve } from "node:path";

/** The name of a chunk in dist/cli, and in the launcher. */
export const chunkName = (path) => basename(path).replace(/\.js$/, ".cjs");

/**
 * File → the chunks in it. `wanted`: file → entries of which all that they import goes there, first come, first served; every
 * other chunk lies in a file of its own name.
 */
export function packsOf({ outputs }, wanted) {
  const packs = new Map();
  const placed = new Set();
  for (const [file, entries] of Object.entries(wanted)) {
    const chunks = entries.flatMap((entry) => importedBy({ outputs }, entry));
    const names = [...new Set(chunks.map(chunkName))].filter((name) => !placed.has(name));
    for (const name of names) placed.add(name);
    packs.set(file, names);
  }
  const together = new Set([...packs.values()].flat());
  for (const path of Object.keys(outputs).filter((each) => each.endsWith(".js")))
    if (!together.has(chunkName(path))) packs.set(chunkName(path), [chunkName(path)]);
  return packs;
}

/** The names that the bundle gives the chunks of the doors `paths`, as its imports have them. */
export const doorNames = (paths) => paths.map((path) => `./${entryName(path)}.js`);

/** An entry of the bundle and the name of its chunk. */
export const entry = (path) => ({ in: path, out: entryName(path) });

const entryName = (path) =>
  path
    .replace(/^node_modules\//, "")
    .replace(/\.\w+$/, "")
    .replaceAll("/", "-");

/**
 * For esbuild: a module in `paths`, which has to be an entry as well, stays outside the chunks of those that import it, and brings what
 * only it imports.
 */
export function doors(paths) {
  const names = new Map(paths.map((path) => [resolve(path.replace(/\.ts$/, ".js")), `./${entryName(path)}.js`]));
  return {
    name: "doors",
    setup(build) {
      build.onResolve({ filter: /^\./ }, ({ path, resolveDir, kind }) => {
        const name = kind === "entry-point" ? undefined : names.get(resolve(resolveDir, path));
        return name && { path: name, external: true };
      });
    },
  };
}

/**
 * The text of a CommonJS module in which the imports in `lazy` are loaded when something of them is first used. Only where
 * esbuild looks every name up as it is used; not where all of a module is imported, nor in packages that call require() themselves.
 */
export const whenUsed = (code, lazy) =>
  code.replace(/\b(import_\w+) ?= ?require\("([^"]+)"\)/g, (whole, variable, name) =>
    lazy.has(name) ? `${variable}=require.whenUsed("${name}")` : whole,
  );

function outputOf(outputs, entry) {
  const found = Object.keys(outputs).find((path) => outputs[path].entryPoint === entry);
  if (found === undefined) throw new Error(`${entry} is no entry of the bundle`);
  return found;
}

/** The chunk of an entry and what it imports, and so on; import() is not followed. */
export function importedBy({ outputs }, entry) {
  const found = new Set();
  const visit = (path) => {
    if (found.has(path)) return;
    found.add(path);
    for (const { path: imported, kind } of outputs[path].imports)
      if (kind === "import-statement" && outputs[imported] !== undefined) visit(imported);
  };
  visit(outputOf(outputs, entry));
  return [...found];
}
