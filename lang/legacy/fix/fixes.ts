// The changes that fixers make.

import { isNumber, isObject, type Json, type Options } from "./json.js";

/** Changes the options of one component in place. Whatever has not the shape that it expects, it leaves alone. */
export type Fix = (options: Options) => void;

export const isString = (value: Json): boolean => typeof value === "string";
export const isBool = (value: Json): boolean => typeof value === "boolean";
const anything = (): boolean => true;

interface Rename {
  readonly from: string;
  readonly to: string;
  readonly when?: (value: Json) => boolean;
  /** What the new name holds already, where both are given. */
  readonly existing: "kept" | "replaced";
}

export const rename =
  ({ from, to, when = anything, existing }: Rename): Fix =>
  (options) => {
    const value = options.get(from);
    if (value === undefined || !when(value)) return;
    options.delete(from);
    if (existing === "replaced" || !options.has(to)) options.set(to, value);
  };

export const remove =
  (name: string): Fix =>
  (options) => {
    options.delete(name);
  };

export const all =
  (...fixes: readonly Fix[]): Fix =>
  (options) => {
    for (const fix of fixes) fix(options);
  };

const typeOf = (options: Options): string => {
  const type = options.get("type");
  return typeof type === "string" ? type : "";
};

export const ofType =
  (types: readonly string[], fix: Fix): Fix =>
  (options) => {
    if (types.includes(typeOf(options))) fix(options);
  };

export const ofFamily =
  (prefix: string, fix: Fix): Fix =>
  (options) => {
    if (typeOf(options).startsWith(prefix)) fix(options);
  };

export const newType = (from: string, to: string): Fix => ofType([from], (options) => options.set("type", to));

const GO_BOOLS = new Map([
  ...["1", "t", "T", "true", "TRUE", "True"].map((text) => [text, true] as const),
  ...["0", "f", "F", "false", "FALSE", "False"].map((text) => [text, false] as const),
]);

export const creationTime: Fix = (options) => {
  for (const name of ["ami_name", "bundle_prefix", "snapshot_name"]) {
    const value = options.get(name);
    if (typeof value === "string") options.set(name, value.replaceAll(/\{\{\s*\.CreateTime\s*\}\}/g, "{{timestamp}}"));
  }
};

export const md5: Fix = (options) => {
  const sum = options.get("iso_md5");
  if (typeof sum !== "string") return;
  options.delete("iso_md5");
  options.set("iso_checksum", sum);
  options.set("iso_checksum_type", "md5");
};

export const attachAdditions: Fix = (options) => {
  const attach = options.get("guest_additions_attach");
  if (typeof attach !== "boolean") return;
  options.delete("guest_additions_attach");
  options.set("guest_additions_mode", attach ? "attach" : "upload");
};

/** Overrides are by the names of builders, and a builder without a name has its type's. */
export const renameOverride: Fix = (options) => {
  const override = options.get("override");
  if (isObject(override)) rename({ from: "virtualbox", to: "virtualbox-iso", existing: "replaced" })(override);
};

export const gatherOverrides: Fix = (options) => {
  const old = ["aws", "digitalocean", "virtualbox", "vmware"].filter((name) => options.has(name));
  if (old.length === 0) return;
  const given = options.get("override");
  const override: Options = isObject(given) ? given : new Map<string, Json>();
  for (const name of old) move(options, override, name);
  options.set("override", override);
};

function move(from: Options, to: Options, name: string): void {
  to.set(name, from.get(name) ?? null);
  from.delete(name);
}

export const privateIp: Fix = (options) => {
  const value = options.get("ssh_private_ip");
  const isPrivate = typeof value === "string" ? GO_BOOLS.get(value) : value;
  if (typeof isPrivate !== "boolean" || options.has("ssh_interface")) return;
  options.delete("ssh_private_ip");
  options.set("ssh_interface", isPrivate ? "private_ip" : "public_ip");
};

export const sourceCidrs: Fix = (options) => {
  const cidr = options.get("temporary_security_group_source_cidr");
  if (typeof cidr !== "string") return;
  options.delete("temporary_security_group_source_cidr");
  options.set("temporary_security_group_source_cidrs", [cidr]);
};

export const dockerTags: Fix = (options) => {
  const tag = options.get("tag");
  if (tag === undefined) return;
  options.delete("tag");
  options.set("tags", [...new Set([...textsIn(tag), ...textsIn(options.get("tags"))])]);
};

/** A text lists several with commas. */
function textsIn(value: Json | undefined): readonly Json[] {
  if (typeof value === "string") return value.split(",").map((text) => text.trim());
  return Array.isArray(value) ? value : [];
}

const withoutEscapes = (text: string): string => text.replaceAll(/`([$"'`])/g, "$1");

export const powershell: Fix = (options) => {
  for (const name of ["elevated_user", "elevated_password"]) {
    const value = options.get(name);
    if (typeof value === "string") options.set(name, withoutEscapes(value));
  }
  const variables = options.get("environment_vars");
  if (!Array.isArray(variables)) return;
  options.set(
    "environment_vars",
    variables.map((variable) => (typeof variable === "string" ? withoutEscapes(variable) : variable)),
  );
};

export const compaction: Fix = (options) => {
  if (options.get("remote_type") !== "esx5") return;
  const disk = options.get("disk_type_id");
  if (disk === undefined) options.set("disk_type_id", "zeroedthick");
  else if (typeof disk !== "string" || disk === "thin") return;
  options.set("skip_compaction", true);
};

function cleanNames(value: Json): Json {
  if (typeof value === "string") return value.replaceAll(/clean_(?:ami|image)_name/g, "clean_resource_name");
  if (Array.isArray(value)) return value.map(cleanNames);
  return isObject(value) ? new Map([...value].map(([name, inner]) => [name, cleanNames(inner)])) : value;
}

export const cleanResourceNames: Fix = (options) => {
  for (const [name, value] of options) options.set(name, cleanNames(value));
};

export const diskSize: Fix = (options) => {
  const size = options.get("disk_size");
  if (isNumber(size)) options.set("disk_size", `${Math.trunc(Number(size.digits))}M`);
};

/** The options become the first element of a list. */
export const gather =
  (names: readonly string[], list: string): Fix =>
  (options) => {
    const given = names.filter((name) => options.has(name));
    const others = options.get(list) ?? [];
    if (given.length === 0) return;
    const first: Options = new Map<string, Json>();
    for (const name of given) move(options, first, name);
    options.set(list, [first, ...(Array.isArray(others) ? others : [others])]);
  };

export const checksum: Fix = (options) => {
  const sum = options.get("iso_checksum");
  const type = options.get("iso_checksum_type");
  const url = options.get("iso_checksum_url");
  if (type === undefined && url === undefined) return;
  if ([sum, type, url].some((value) => value !== undefined && typeof value !== "string")) return;
  options.delete("iso_checksum_type");
  options.delete("iso_checksum_url");
  if (url) options.set("iso_checksum", `file:${String(url)}`);
  else if (sum && type) options.set("iso_checksum", `${String(type)}:${String(sum)}`);
};

export const latest: Fix = (options) => {
  const destination = options.get("shared_image_destination");
  if (isObject(destination))
    rename({ from: "exlude_from_latest", to: "exclude_from_latest", existing: "replaced" })(destination);
};
