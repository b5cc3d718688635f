// Writes the reference pages from what the program itself knows: schemas, function tables, commands.
// `npm run docs`; with `--check` nothing is written, and it fails when a page is out of date.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { languageFunctions } from "../lang/eval/special-forms.js";
import { builtins } from "../runtime/builtins.js";
import { COMMANDS } from "../runtime/cli/commands.js";
import type { Kind } from "../runtime/contract/component.js";
import { loadVocabulary } from "../runtime/language-server/vocabulary.js";
import { commandPage } from "./command-page.js";
import { componentPage } from "./component-page.js";
import { functionPage } from "./function-page.js";

const folder = dirname(fileURLToPath(import.meta.url));

/** Where the pages of each kind lie, and what they are called together. */
const SECTIONS: readonly { readonly kind: Kind; readonly folder: string; readonly title: string }[] = [
  { kind: "builder", folder: "builders", title: "Builders" },
  { kind: "data-source", folder: "data-sources", title: "Data sources" },
  { kind: "provisioner", folder: "provisioners", title: "Provisioners" },
  { kind: "post-processor", folder: "post-processors", title: "Post-processors" },
];

const pages = await everyPage();
const stale = process.argv.includes("--check") ? stalePages() : [];
if (stale.length > 0) {
  console.error(`out of date: ${stale.join(", ")}; run npm run docs`);
  process.exitCode = 1;
} else if (!process.argv.includes("--check")) writePages();

async function everyPage(): Promise<ReadonlyMap<string, string>> {
  const vocabulary = await loadVocabulary(builtins);
  const made = new Map<string, string>();
  const index: string[] = ["# Reference", "", "Generated from the program: `npm run docs`.", ""];
  for (const { kind, folder: place, title } of SECTIONS) {
    index.push(`## ${title}`, "");
    for (const [type, words] of vocabulary[kind]) {
      made.set(`${place}/${type}.md`, componentPage({ kind, type, words, example: exampleOf(place, type) }));
      index.push(`- [${type}](${place}/${type}.md): ${words.options.description ?? words.summary}`);
    }
    index.push("");
  }
  const commands = await Promise.all(COMMANDS.map(({ load }) => load()));
  made.set("commands.md", commandPage(commands));
  made.set("functions.md", functionPage([...languageFunctions().values()]));
  index.push("## Language and commands", "", "- [Functions](functions.md)", "- [Commands](commands.md)", "");
  made.set("README.md", index.join("\n"));
  return made;
}

function exampleOf(place: string, type: string): string {
  const path = join(folder, "examples", place, `${type}.pkr.hcl`);
  if (!existsSync(path)) throw new Error(`${relative(folder, path)} is missing: every component has an example`);
  return readFileSync(path, "utf8");
}

/** Pages that differ from what they should be, and pages of components that are gone. */
function stalePages(): readonly string[] {
  const wrong = [...pages].filter(([name, text]) => textOf(name) !== text).map(([name]) => name);
  return [...wrong, ...leftPages()];
}

function textOf(name: string): string | undefined {
  const path = join(folder, name);
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

function leftPages(): readonly string[] {
  const there = SECTIONS.flatMap(({ folder: place }) =>
    existsSync(join(folder, place)) ? readdirSync(join(folder, place)).map((name) => `${place}/${name}`) : [],
  );
  return there.filter((name) => !pages.has(name));
}

function writePages(): void {
  for (const name of leftPages()) rmSync(join(folder, name));
  for (const [name, text] of pages) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}
