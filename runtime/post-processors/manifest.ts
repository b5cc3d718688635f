// Appends what was built to a JSON file that other builds, of this process and of others, append to as well.

import { readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { quoteJson } from "../../lang/values/json.js";
import { manifestOptions } from "../../schemas/components/manifest.gen.js";
import type { Manifest } from "../../schemas/options.gen.js";
import type { Artifact } from "../contract/artifact.js";
import { definePostProcessor, type GeneratedData, type PrepareContext } from "../contract/component.js";
import { errorFrom, RunError } from "../contract/errors.js";
import type { Json } from "../contract/json.js";
import type { RunContext } from "../contract/run-context.js";
import { withFileLock } from "../system/file-lock.js";
import { replaceFile } from "../system/replace-file.js";
import { systemReason } from "../system/system-error.js";

export const component = definePostProcessor<Manifest>({
  type: "manifest",
  summary: "Appends what was built to a JSON file",
  schema: manifestOptions,
  async process(options, context, input, run) {
    const path = join(context.cwd.startsWith("/") ? context.cwd : "/", options.output ?? "packer-manifest.json");
    const file = (options.output ?? "").startsWith("/") ? (options.output ?? path) : path;
    const entry = masked(entryOf(options, context, input, run), run);
    await written(options.output ?? file, () => withFileLock(`${file}.lock`, () => append(file, entry, run)));
    return { artifact: input, keepInput: "required" };
  },
});

/** What the system refuses is told of the file, and not of its lock. */
async function written(shown: string, body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (thrown) {
    if (!(thrown instanceof Error && "errno" in thrown)) throw thrown;
    throw new RunError(`Unable to write ${shown}: open ${shown}: ${systemReason(thrown)}`, { cause: thrown });
  }
}

/** What a template calls sensitive is in no file of ours (cli-runtime §2.11). */
function masked(value: Json, run: RunContext): Json {
  if (typeof value === "string") return run.mask(value);
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => masked(item, run));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [run.mask(name), masked(member, run)]));
}

function entryOf(
  { strip_path, strip_time, custom_data }: Manifest,
  { templates, buildName, builderType }: PrepareContext,
  { files, id, state }: Artifact,
  run: RunContext,
): Json {
  const data = (state["generated_data"] ?? {}) as GeneratedData;
  const rendered = (entries: Readonly<Record<string, string>>): Json =>
    Object.fromEntries(Object.entries(entries).map((entry) => entry.map((text) => templates.render(text, data))));
  const named = (path: string): Json => ({ name: strip_path === true ? basename(path) : path, size: sizeOf(path) });
  return {
    name: buildName,
    builder_type: builderType,
    ...(strip_time === true ? {} : { build_time: Math.floor(run.clock.now().getTime() / 1000) }),
    files: files.length === 0 ? null : files.map(named),
    artifact_id: id,
    packer_run_uuid: run.runId,
    custom_data: custom_data === undefined ? null : rendered(custom_data),
  };
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

async function append(file: string, entry: Json, run: RunContext): Promise<void> {
  const { builds, lastRun } = readManifest(file);
  // -force drops what earlier runs wrote, not what this one did.
  const kept = run.force && lastRun !== run.runId ? [] : builds;
  const text = manifestText({ builds: [...kept, entry], last_run_uuid: run.runId }, 0);
  await replaceFile(file, text, 0o664 & ~process.umask());
}

interface Written {
  readonly builds: readonly Json[];
  readonly lastRun: unknown;
}

function readManifest(file: string): Written {
  const text = statSync(file, { throwIfNoEntry: false }) === undefined ? "" : readFileSync(file, "utf8");
  if (text === "") return { builds: [], lastRun: undefined };
  try {
    return parsed(JSON.parse(text));
  } catch (error) {
    throw new RunError(`Unable to parse content from ${file}: ${errorFrom(error).message}`);
  }
}

/** Throws where something else stands there, so that it is not written over. */
function parsed(content: Json): Written {
  if (content !== null && (typeof content !== "object" || Array.isArray(content)))
    throw new Error("it holds JSON that is no manifest");
  const { builds, last_run_uuid: lastRun } = (content ?? {}) as Readonly<Record<string, Json>>;
  if (!Array.isArray(builds ?? [])) throw new Error('its "builds" is no list');
  return { builds: (builds ?? []) as readonly Json[], lastRun };
}

/** As Go prints it: two spaces, `<`, `>` and `&` escaped, custom data in the order of its keys. */
function manifestText(value: Json, depth: number): string {
  const [inner, outer] = ["  ".repeat(depth + 1), "  ".repeat(depth)];
  if (typeof value === "string") return quoteJson(value);
  if (value === null || typeof value !== "object") return String(value);
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item) => `${inner}${manifestText(item, depth + 1)}`);
    return items.length === 0 ? "[]" : `[\n${items.join(",\n")}\n${outer}]`;
  }
  const entries = Object.entries(value as { readonly [key: string]: Json });
  const ordered = depth === 3 ? entries.sort(([a], [b]) => (a < b ? -1 : 1)) : entries;
  const members = ordered.map(([name, member]) => `${inner}${quoteJson(name)}: ${manifestText(member, depth + 1)}`);
  return members.length === 0 ? "{}" : `{\n${members.join(",\n")}\n${outer}}`;
}
