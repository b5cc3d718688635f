/** A JSON Schema of this folder: the standard's keywords that components need, and ours; `extends` names a fragment whose properties are its own too (extended.ts). */
export interface OptionSchemaJson {
  readonly type: "string" | "boolean" | "integer" | "number" | "array" | "object";
  readonly description?: string;
  readonly default?: unknown;
  readonly format?: string;
  readonly items?: OptionSchemaJson;
  readonly properties?: Readonly<Record<string, OptionSchemaJson>>;
  readonly additionalProperties?: boolean | OptionSchemaJson;
  /** In HCL: a nested block (of an array: a repeated one). Everything else is an argument. */
  readonly hcl?: "block";
  /**
   * Its Go templates are rendered by the component, when the build knows what they ask for. `tried`: Packer renders them twice,
   * and what fails the first time, before the build, is a mistake.
   */
  readonly late?: boolean | "tried";
  readonly sensitive?: boolean;
  readonly deprecated?: boolean;
  /** Of the field in Packer, where its messages show that it is no plain `int` or `bool`. */
  readonly goType?: "int32" | "int64" | "trilean";
  /** Of the field in Packer, where its messages call it by another name than the option's. */
  readonly goName?: string;
}

export const CUSTOM_KEYWORDS = ["hcl", "late", "sensitive", "goType", "goName"] as const;

/** The schema of an option; of what every object of JavaScript has (`constructor`) there is none. */
export const propertyNamed = ({ properties }: OptionSchemaJson, name: string): OptionSchemaJson | undefined =>
  properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
