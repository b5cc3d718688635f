// The types that a component's options pass through; option-schema.ts makes them.

import type { Reporter } from "../lang/diagnostics/diagnostic.js";
import type { TemplateRenderer } from "../lang/interpolate/renderer.js";
import type { SourceRange } from "../lang/source/source-file.js";
import type { BodySpec, Decoded } from "../lang/template/ir.js";
import type { OptionSchemaJson } from "./dialect.js";

/** What checking options needs beside the options. */
export interface CheckContext {
  readonly templates: TemplateRenderer;
  readonly dialect: "hcl2" | "legacy-json";
  /** Told of a template with something secret in it: what `templates` makes of it may not be shown either, now or later. */
  hideRendered(text: string): void;
  /** Whether `fix` knows what an unknown option of a legacy template is called today. */
  isFixed?(option: string): boolean;
}

/** A component's schema, ready for use. `C` is the generated TypeScript type of its options. */
export interface OptionSchema<C> {
  /** `amazon-chroot`, `shell`, … */
  readonly id: string;
  readonly spec: BodySpec;
  /** As it is written in this folder. */
  readonly json: OptionSchemaJson;
  /**
   * Decoded body → plain options: unknown parts set aside, templates checked and (unless the option is rendered late) rendered,
   * legacy values weakly converted, defaults filled in, the JSON Schema applied. What is refused is reported, and counts as unknown.
   */
  check(decoded: Decoded, context: CheckContext, report: Reporter): Options<C>;
}

/** Options that passed their schema. Complete, unless `unknown` lists pointers still waiting for the build. */
export interface Options<C> {
  readonly value: C;
  /** JSON pointers whose value is not known yet; absent from `value`. */
  readonly unknown: readonly string[];
  /** Whether the option's value came of something sensitive. */
  isSensitive(pointer: string): boolean;
  /** True when the user wrote the option (it is not a default). */
  given(pointer: string): boolean;
  rangeOf(pointer: string): SourceRange | undefined;
}
