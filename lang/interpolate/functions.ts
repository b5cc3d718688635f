// The functions that Packer adds to Go templates.

import type { FunctionHost, RemoteCall } from "../functions/host.js";
import { formatGoTime, formatStrftime } from "../functions/time-layout.js";
import { FunctionFailure, type GoFunction, type ParamType } from "./go-function.js";
import { fromData, type GoValue, goString } from "./go-value.js";
import { UNKNOWN_TEXT } from "./unknown-text.js";

export interface PackerFunctionOptions {
  readonly dialect: "hcl2" | "legacy-json";
  readonly host: FunctionHost;
  /** The source's or builder's name; absent where no build is known (in the values of variables). */
  readonly buildName?: string;
  readonly buildType?: string;
  /** The variables of a legacy template. */
  readonly user?: Pick<ReadonlyMap<string, string>, "get">;
  /** Told of each that is asked for. */
  readonly onUser?: (name: string) => void;
  /** True in the values of legacy variables: environment and remote stores may be read, and a missing variable is an error. */
  readonly inVariables?: boolean;
  /** What `build` reads, in provisioners and post-processors of legacy templates. */
  readonly build?: Readonly<Record<string, unknown>>;
  /** Absolute directory of a legacy template's file. */
  readonly templateDir?: string;
  /** The version that templates see: 1.16.0. */
  readonly packerVersion?: string;
  /** `clean_resource_name`, where the builder of a legacy template has one. */
  readonly cleanResourceName?: (text: string) => string;
}

/** The text in the error for a variable that has no value yet; the passes over legacy variables look for it. */
export const VARIABLE_NOT_SET = "Error: variable not set:";

const VERSION_SEEN_BY_TEMPLATES = "1.16.0";

/** Packer's functions as they exist in one dialect and build, beside Go's own. */
export function packerFunctions(options: PackerFunctionOptions): ReadonlyMap<string, GoFunction> {
  const all = [...textFunctions, ...timeFunctions(options), ...contextFunctions(options), ...outsideFunctions(options)];
  return new Map(all.map((entry) => [entry.name, entry]));
}

/** What amazon's builders allow in a name; every other byte becomes a dash. */
export const cleanAmiName = (text: string): string =>
  [...Buffer.from(text)]
    .map((byte) => (/[A-Za-z0-9 ()[\]./\-'@_]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : "-"))
    .join("");

type Impl = (...args: readonly string[]) => string;

/** A function of texts; an int arrives as its decimal text. */
function define(name: string, params: readonly ParamType[], impl: Impl, variadic?: ParamType): GoFunction {
  const call = (args: readonly GoValue[]): GoValue => goString(impl(...args.map(textOf)));
  return variadic === undefined ? { name, params, call } : { name, params, variadic, call };
}

function textOf(value: GoValue): string {
  if (value.kind === "string") return value.value;
  return value.kind === "int" ? String(value.value) : "";
}

const fail = (message: string): never => {
  throw new FunctionFailure(message);
};

// biome-ignore format: table
const textFunctions: readonly GoFunction[] = [
  define("upper",       ["string"],                            (text) => toUpper(text ?? "")),
  define("lower",       ["string"],                            (text) => toLower(text ?? "")),
  define("split",       ["string", "string", "int"],           (text, separator, index) => part(text ?? "", separator ?? "", Number(index))),
  define("replace",     ["string", "string", "int", "string"], (old, by, count, text) => replaceFirst(text ?? "", old ?? "", by ?? "", Number(count))),
  define("replace_all", ["string", "string", "string"],        (old, by, text) => replaceFirst(text ?? "", old ?? "", by ?? "", -1)),
  define("sed",         ["string", "string"],                  () => fail("template function `sed` is deprecated use `replace` or `replace_all` instead")),
];

// One character becomes one character, as in Go: ß stays, and İ loses its dot.
const toUpper = (text: string): string =>
  [...text]
    .map((character) => ([...character.toUpperCase()].length === 1 ? character.toUpperCase() : character))
    .join("");
const toLower = (text: string): string => [...text].map((character) => [...character.toLowerCase()][0]).join("");

function part(text: string, separator: string, index: number): string {
  const parts = separator === "" ? [...text] : text.split(separator);
  return (
    parts[index] ??
    fail(
      `the substring ${index} was unavailable using the separator value, ${separator}, only ${parts.length} values were found`,
    )
  );
}

/** strings.Replace: an empty `old` stands before every character and at the end. */
function replaceFirst(text: string, old: string, by: string, count: number): string {
  const pieces = old === "" ? ["", ...text] : text.split(old);
  const limit = count < 0 ? Number.POSITIVE_INFINITY : count;
  const gaps = old === "" ? pieces.length : pieces.length - 1;
  let out = pieces[0] ?? "";
  for (let gap = 0; gap < gaps; gap += 1) out += (gap < limit ? by : old) + (pieces[gap + 1] ?? "");
  return out;
}

function timeFunctions({ host }: PackerFunctionOptions): readonly GoFunction[] {
  const isotime = (layouts: readonly GoValue[]): GoValue => {
    if (layouts.length > 1) fail(`too many values, 1 needed: [${layouts.map(textOf).join(" ")}]`);
    return goString(
      formatGoTime(host.startedAt, layouts[0] === undefined ? "2006-01-02T15:04:05Z07:00" : textOf(layouts[0])),
    );
  };
  return [
    { name: "isotime", params: [], variadic: "string", call: isotime },
    define("strftime", ["string"], (format) => formatStrftime(host.startedAt, format ?? "")),
    define("timestamp", [], () => String(Math.floor(host.startedAt.getTime() / 1000))),
    define("uuid", [], () => timeOrderedUuid(host)),
  ];
}

/** Eight digits of seconds, then random ones, so that later names sort after earlier ones. */
function timeOrderedUuid(host: FunctionHost): string {
  const seconds = Math.floor(host.now().getTime() / 1000) % 2 ** 32;
  const random = Buffer.from(host.random(12)).toString("hex");
  return `${seconds.toString(16).padStart(8, "0")}-${random.slice(0, 4)}-${random.slice(4, 8)}-${random.slice(8, 12)}-${random.slice(12, 24)}`;
}

function contextFunctions(options: PackerFunctionOptions): readonly GoFunction[] {
  const { host, buildName, buildType, templateDir, cleanResourceName } = options;
  const named = (name: string, value: string | undefined): GoFunction =>
    define(name, [], () => value ?? fail(`${name} not available`));
  const always = [
    named("build_name", buildName),
    named("build_type", buildType),
    define("pwd", [], () => host.cwd),
    define("packer_version", [], () => options.packerVersion ?? VERSION_SEEN_BY_TEMPLATES),
    define("template_dir", [], () => templateDir ?? fail("template path not available")),
    define("user", ["string"], (name) => userVariable(options, name ?? "")),
    buildFunction(options),
  ];
  return cleanResourceName === undefined
    ? always
    : [...always, define("clean_resource_name", ["string"], (text) => cleanResourceName(text ?? ""))];
}

function userVariable({ dialect, user, onUser, inVariables }: PackerFunctionOptions, name: string): string {
  if (dialect === "hcl2" || user === undefined)
    return fail(`\`user\` reads the variables of legacy JSON templates; in HCL2 write var.${name}`);
  onUser?.(name);
  return user.get(name) ?? (inVariables ? fail(`${VARIABLE_NOT_SET} ${name}`) : "");
}

function buildFunction({ build }: PackerFunctionOptions): GoFunction {
  const call = ([key]: readonly GoValue[]): GoValue => {
    const name = key === undefined ? "" : textOf(key);
    if (build === undefined)
      return fail(`Error validating build variable: the given variable ${name} will not be passed into your plugin.`);
    if (!Object.hasOwn(build, name)) return fail(`loaded data, but couldnt find ${name} in it.`);
    return fromData(build[name]);
  };
  return { name: "build", params: ["string"], call };
}

function outsideFunctions(options: PackerFunctionOptions): readonly GoFunction[] {
  const { host, inVariables } = options;
  const remote = (
    name: RemoteCall["name"],
    params: readonly ParamType[],
    refusal: string,
    variadic?: ParamType,
  ): GoFunction =>
    define(name, params, (...args) => (inVariables ? askRemote(host, { name, args }) : fail(refusal)), variadic);
  return [
    define("env", ["string"], (name) =>
      inVariables ? (host.env(name ?? "") ?? "") : fail("env vars are not allowed here"),
    ),
    remote("consul_key", ["string"], "consul_key is not allowed here"),
    remote("vault", ["string", "string"], "Vault vars are only allowed in the variables section"),
    remote("aws_secretsmanager", ["string"], "AWS Secrets Manager is only allowed in the variables section", "string"),
    remote("aws_secretsmanager_raw", ["string"], "AWS Secrets Manager is only allowed in the variables section"),
  ];
}

/** Where the command calls no remote store (validate), the value is unknown. */
function askRemote(host: FunctionHost, call: RemoteCall): string {
  const answer = host.remote?.(call);
  if (answer === undefined) return UNKNOWN_TEXT;
  return "text" in answer ? answer.text : fail(answer.error);
}
