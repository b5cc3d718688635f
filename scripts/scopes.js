// Joins chunks of the command's bundle that are always loaded together. esbuild makes a chunk of whatever the same entries
// import, and so dozens that each run of `validate` has to go through, which call each other's functions by getters. In one
// scope they call them by name, and the getters need not be defined: 3 ms less of the processor's time.
import { build } from "esbuild";
import { chunkName, importedBy } from "./chunks.js";

/**
 * The chunks to be joined, by their names, under the name of a scope. `wanted`: file of a pack and entries; of what lies in that file and all
 * the entries import, a scope gets what no scope before it has. So it imports nothing that imports it.
 */
export function scopesOf(metafile, packs, wanted) {
  const placed = new Set();
  return wanted.map(([file, entries], i) => {
    // Entries are asked for by their own names.
    const imported = entries.map((entry) => new Set(importedBy(metafile, entry).slice(1).map(chunkName)));
    const names = packs.get(file).filter((name) => !placed.has(name) && imported.every((all) => all.has(name)));
    for (const name of names) placed.add(name);
    return { file, scope: `scope-${i}.cjs`, names };
  });
}

/**
 * The text of a CommonJS module with what other chunks import from each chunk in `names`: values, for nothing that is exported changes later.
 * esbuild's own getters, one for each name, take a millisecond to be defined. `texts`: the chunks' by their names.
 */
export async function joined(names, texts, options) {
  const { outputFiles } = await build({
    ...options,
    stdin: { contents: entryOf(names, texts), resolveDir: "." },
    // As in what esbuild writes itself: lodash takes a module that still has its first exports for Node's, and calls process.binding().
    banner: { js: "module.exports = {};" },
    bundle: true,
    write: false,
    format: "cjs",
    logLevel: "warning",
    plugins: [chunksFrom(texts, new Set(names))],
  });
  return outputFiles[0].text;
}

function entryOf(names, texts) {
  const others = [...texts].filter(([name]) => !names.includes(name)).map(([, text]) => text);
  const imported = names.map((name) => [...new Set(others.flatMap((text) => importedFrom(name, text)))]);
  const imports = names.map((name, i) => {
    const list = imported[i].map((each) => `${each} as ${member(i)}_${each}`);
    return `import { ${list.join(", ")} } from "./${name}";`;
  });
  const members = imported.map((list, i) => {
    return `get ${member(i)}() { return { ${list.map((each) => `${each}: ${member(i)}_${each}`).join(", ")} }; }`;
  });
  return `${imports.join("\n")}\nmodule.exports = { ${members.join(", ")} };`;
}

/** Names that the text of an ES module, as esbuild writes it, imports from a chunk. */
function importedFrom(chunk, text) {
  const path = `"./${chunk.replace(/\.cjs$/, ".js")}"`;
  if (text.includes(`import(${path})`))
    throw new Error(`${chunk} is loaded by itself, too: it can't be joined with others`);
  const lists = [...text.matchAll(/\{([^{}]*)\} from ("[^"]+");/g)].filter(([, , from]) => from === path);
  return lists.flatMap(([, list]) => list.split(",").map((each) => each.trim().replace(/ as .*/, "")));
}

/** The text of a CommonJS module that asks the scopes for what was joined in them. */
export function redirected(code, scopes) {
  const places = new Map(
    scopes.flatMap(({ scope, names }) => names.map((name, i) => [name, `require("./${scope}").${member(i)}`])),
  );
  return code.replace(/\brequire\("(\.\/[^"]+)"\)/g, (whole, name) => places.get(chunkName(name)) ?? whole);
}

const member = (index) => `chunk${index}`;

function chunksFrom(texts, names) {
  return {
    name: "chunks",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /./ }, ({ path, kind }) => {
        const name = chunkName(path);
        return kind !== "dynamic-import" && names.has(name)
          ? { path: name, namespace: "chunk", sideEffects: true }
          : { path, external: true };
      });
      onLoad({ filter: /./, namespace: "chunk" }, ({ path }) => ({ contents: texts.get(path), loader: "js" }));
    },
  };
}
