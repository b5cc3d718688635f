// Components of one build: their bodies decoded in the build's context, prepared, and prepared again when build.* is known.

import { collectDiagnostics } from "../../lang/diagnostics/collect.js";
import type { Reporter } from "../../lang/diagnostics/diagnostic.js";
import { childContext, type EvalContext } from "../../lang/eval/context.js";
import type { FunctionHost } from "../../lang/functions/host.js";
import { cleanAmiName, goTemplates, packerFunctions, type TemplateRenderer } from "../../lang/interpolate/index.js";
import { isFixed } from "../../lang/legacy/fix/index.js";
import { decodeLegacyBody, fillingFields, type LegacyValues } from "../../lang/legacy/index.js";
import { POST_PROCESSOR_META, PROVISIONER_META } from "../../lang/template/blocks.js";
import { decodeBody } from "../../lang/template/decode-body.js";
import type { ComponentUse, Decoded, OverrideOptions, Template } from "../../lang/template/ir.js";
import { STRING } from "../../lang/types/type.js";
import { sensitiveTexts } from "../../lang/values/marks.js";
import { fromPlain } from "../../lang/values/plain.js";
import { stringValue, unknownOf, type Value } from "../../lang/values/value.js";
import type { Builder, Component, GeneratedData, PrepareContext } from "../contract/component.js";
import { RunError } from "../contract/errors.js";
import { HeardSecrets } from "./heard-secrets.js";
import { withOverride } from "./override.js";
import type { Planned } from "./plan-types.js";
import { flatText, preparedBlock, preparedLegacy } from "./prepare.js";
import type { Settling } from "./remote-calls.js";

/** Names that `build.` has for every builder; empty where a builder has nothing to say. */
const COMMON_NAMES = [
  "ID",
  "Host",
  "Port",
  "User",
  "Password",
  "ConnType",
  "PackerRunUUID",
  "PackerHTTPPort",
  "PackerHTTPIP",
  "PackerHTTPAddr",
  "SSHPublicKey",
  "SSHPrivateKey",
  "WinRMPassword",
];

/** The build that components are planned for. */
export interface BuildScope {
  readonly buildName: string;
  readonly builderType: string;
  /** How a legacy template's mistakes name the build. */
  readonly label?: string;
  readonly builder?: Builder;
  /** `build.name` of HCL templates. */
  readonly hclName?: string;
  /** Of HCL templates; `build` is empty unless values are given. */
  readonly context?: (build: ReadonlyMap<string, Value> | undefined) => EvalContext;
}

export interface ComponentOptions {
  readonly host: FunctionHost;
  readonly packerVersion: string;
  readonly purpose: "validate" | "build";
  readonly force: boolean;
  readonly localEndpoint?: string;
  /** What functions ask of services is answered by it. */
  readonly remote: Settling;
  /** Told of what no output may show. */
  hide(text: string): void;
}

export class ComponentPlanner {
  readonly #options: ComponentOptions;
  readonly #template: Template;
  readonly #scope: BuildScope;
  readonly #user: LegacyValues;

  constructor(
    options: ComponentOptions,
    template: Template,
    scope: BuildScope,
    user: LegacyValues = { texts: new Map(), fields: new Set() },
  ) {
    this.#options = options;
    this.#template = template;
    this.#scope = scope;
    this.#user = user;
  }

  /** A provisioner or post-processor: its mistakes are one diagnostic. */
  block<P>(
    kind: "provisioner" | "post-processor",
    component: Component<P>,
    use: ComponentUse,
    override: OverrideOptions | undefined,
    report: Reporter,
  ): Planned<P> | undefined {
    const placeholders = this.#buildValues(undefined);
    const meta = kind === "provisioner" ? PROVISIONER_META : POST_PROCESSOR_META;
    const attempt = (own: Reporter, data: GeneratedData | undefined, hide?: (secret: string) => void): P | undefined =>
      this.prepare(
        component,
        use,
        override,
        { values: data === undefined ? placeholders : this.#buildValues(data), data, meta },
        own,
        hide,
      );
    const prepared =
      this.#template.dialect === "hcl2"
        ? preparedBlock(kind, use, (own) => attempt(own, undefined), report)
        : preparedLegacy(this.#scope.label ?? "", use.range, (own) => attempt(own, undefined), report);
    if (prepared === undefined) return undefined;
    const late = isLate(use);
    return {
      type: use.type,
      name: use.name,
      prepared,
      bind: async (generated, hide) => {
        if (!late) return prepared;
        const { remote } = this.#options;
        const result = await bound(use, (own) => attempt(own, generated, hide), remote);
        for (const secret of remote.secrets()) hide(secret);
        return result;
      },
    };
  }

  prepare<P>(
    component: Component<P>,
    use: ComponentUse,
    override: OverrideOptions | undefined,
    build: BuildValues | undefined,
    report: Reporter,
    hide: (secret: string) => void = this.#options.hide,
  ): P | undefined {
    const before = report.errors;
    const secrets = new HeardSecrets(hide);
    const decoded = this.#decode(component, use, build, report, secrets.hide);
    const laid = override === undefined ? decoded : withOverride(decoded, this.#overrideValue(override, secrets.hide));
    const prepared = component.prepare(laid, this.#context(component.type, build, secrets), report);
    return report.errors > before ? undefined : prepared;
  }

  #overrideValue(override: OverrideOptions, hide: (secret: string) => void): Value {
    if ("value" in override) {
      for (const secret of sensitiveTexts(override.value)) hide(secret);
      return override.value;
    }
    return decodeLegacyBody({ dialect: "legacy-json", file: override.file, object: override.object }).value;
  }

  #decode<P>(
    component: Component<P>,
    { body, scope }: ComponentUse,
    build: BuildValues | undefined,
    report: Reporter,
    hide: (secret: string) => void,
  ): Decoded {
    if (body.dialect === "legacy-json") return decodeLegacyBody(body);
    const outer = this.#scope.context?.(build?.values);
    if (outer === undefined) throw new Error("an HCL body needs an HCL template");
    const hearing: EvalContext = { ...outer, onSecret: hide };
    const context = scope === undefined ? hearing : childContext(hearing, scope.variables);
    const ofSource = body.overlay === undefined ? [] : ["name"];
    const ignored = build === undefined ? ofSource : build.meta;
    return decodeBody(body, component.spec, context, report, ignored);
  }

  #context(type: string, build: BuildValues | undefined, secrets: HeardSecrets): PrepareContext {
    const { host, force, purpose, localEndpoint } = this.#options;
    const { buildName, builderType } = this.#scope;
    return {
      templates: secrets.hiding(this.#renderer(build, secrets)),
      dialect: this.#template.dialect,
      hideRendered: secrets.hideRendered,
      isFixed: (option) => isFixed(build === undefined ? "builder" : "other", type, option),
      buildName,
      builderType,
      force,
      cwd: host.cwd,
      env: host.env,
      purpose,
      ...(localEndpoint === undefined ? {} : { localEndpoint }),
    };
  }

  #renderer(build: BuildValues | undefined, secrets: HeardSecrets): TemplateRenderer {
    const { host, packerVersion } = this.#options;
    const { buildName, builderType } = this.#scope;
    const { dialect, baseDir, legacy } = this.#template;
    const names = { dialect, host, buildName, buildType: builderType, packerVersion };
    // HCL says build.X; Packer's build function is there too, and knows no name.
    if (dialect === "hcl2")
      return goTemplates({ functions: packerFunctions({ ...names, ...(build === undefined ? {} : { build: {} }) }) });
    const data = build === undefined ? {} : { build: legacyBuildData(build) };
    const onUser = (name: string): void => (legacy?.sensitive.has(name) === true ? secrets.noteAsked() : undefined);
    const amazon = builderType.startsWith("amazon") ? { cleanResourceName: cleanAmiName } : {};
    return fillingFields(this.#user, (user) =>
      goTemplates({
        functions: packerFunctions({ ...names, user, onUser, templateDir: baseDir, ...data, ...amazon }),
        ...(data.build === undefined ? {} : { trialData: data.build }),
      }),
    );
  }

  /** What `build.` holds: unknowns until the builder knows, then its values, and nothing where it has none. */
  #buildValues(generated: GeneratedData | undefined): ReadonlyMap<string, Value> {
    const exports = this.#scope.builder?.exports ?? new Map();
    const values = new Map<string, Value>();
    for (const name of COMMON_NAMES) values.set(name, generated === undefined ? unknownOf(STRING) : stringValue(""));
    for (const [name, type] of exports) values.set(name, generated === undefined ? unknownOf(type) : stringValue(""));
    for (const [name, value] of Object.entries(generated ?? {})) values.set(name, fromPlain(value));
    return values.set("name", stringValue(this.#scope.hclName ?? ""));
  }
}

/** Values of `build.` for HCL, and the builder's data for Go templates (undefined while it is not known). */
export interface BuildValues {
  readonly values: ReadonlyMap<string, Value>;
  readonly data: GeneratedData | undefined;
  /** Arguments of the block that are none of the component's. */
  readonly meta: readonly string[];
}

/** What the function `build` of a legacy template reads: a text for each name while nothing is known, then what the builder gave. */
function legacyBuildData({ values, data }: BuildValues): Readonly<Record<string, unknown>> {
  const placeholder = data === undefined ? "" : undefined;
  return { ...Object.fromEntries([...values.keys()].map((name) => [name, placeholder])), ...data };
}

/**
 * Whether it is prepared again before each attempt: an HCL body is evaluated anew, as in Packer, which shows where it reads
 * a file or the clock; a legacy one is only filled with what the build knows now.
 */
function isLate({ body }: ComponentUse): boolean {
  if (body.dialect === "hcl2") return true;
  return /\{\{[^}]*\bbuild\b/.test(body.file.text.slice(body.object.start, body.object.end));
}

async function bound<P>(use: ComponentUse, prepare: (report: Reporter) => P | undefined, remote: Settling): Promise<P> {
  const report = collectDiagnostics();
  const prepared = await remote.settled(prepare, report);
  if (prepared !== undefined && report.errors === 0) return prepared;
  throw new RunError(`${use.type}: ${report.diagnostics.map(flatText).join("; ")}`);
}
