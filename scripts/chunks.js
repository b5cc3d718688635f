// Reads esbuild's metafile: which chunks the command's bundle has, and which of them belong together.
import { basename } from "node:path";

/** The name of a chunk in dist/cli, and in the launcher. */
export const chunkName = (path) => basename(path).replace(/\.js$/, ".cjs");

/**
 * File → the chunks in it. `wanted`: file → entries of which all that they import goes there, first come, first served; every
 * other chunk, and those in `lazy`, lies in a file of its own name.
 */
export function packsOf({ outputs }, wanted, lazy) {
  const packs = new Map();
  const placed = new Set([...lazy].map(chunkName));
  for (const [file, entries] of Object.entries(wanted)) {
    const chunks = entries.flatMap((entry) => importedBy(outputOf(outputs, entry), outputs));
    const names = [...new Set(chunks.map(chunkName))].filter((name) => !placed.has(name));
    for (const name of names) placed.add(name);
    packs.set(file, names);
  }
  const together = new Set([...packs.values()].flat());
  for (const path of Object.keys(outputs).filter((each) => each.endsWith(".js")))
    if (!together.has(chunkName(path))) packs.set(chunkName(path), [chunkName(path)]);
  return packs;
}

/** The chunks of the doors `paths`, as the bundle's imports name them. A door imports its package alone: with another module of ours, the chunk would be needed sooner. */
export function chunksHolding({ outputs }, paths) {
  return paths.map((path) => {
    const output = outputHolding(outputs, path);
    const others = Object.keys(outputs[output].inputs).filter(
      (each) => each !== path && !each.startsWith("node_modules/"),
    );
    if (others.length > 0) throw new Error(`${others.join(", ")} came into the chunk of ${path}`);
    return `./${basename(output)}`;
  });
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

function outputHolding(outputs, module) {
  const found = Object.keys(outputs).find((path) => (outputs[path].inputs[module]?.bytesInOutput ?? 0) > 0);
  if (found === undefined) throw new Error(`${module} is not in the bundle`);
  return found;
}

/** An output and what it imports, and so on; import() is not followed. */
function importedBy(path, outputs, found = new Set()) {
  if (found.has(path)) return [...found];
  found.add(path);
  for (const { path: imported, kind } of outputs[path].imports)
    if (kind === "import-statement" && outputs[imported] !== undefined) importedBy(imported, outputs, found);
  return [...found];
}
