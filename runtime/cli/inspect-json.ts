// `inspect -json`: the same for programs, each thing with its place.

import { type PublicRange, toPublicRange } from "../../lang/diagnostics/render-json.js";
import type { ComponentUse, ExpandedBuild, VariableDecl } from "../../lang/template/ir.js";
import { typeText } from "../../lang/types/describe.js";
import { isWhollyKnown, unmarkDeep } from "../../lang/values/marks.js";
import { toPlain } from "../../lang/values/plain.js";
import { UNKNOWN, type Value } from "../../lang/values/value.js";
import type { Json } from "../contract/json.js";
import type { Survey } from "../survey.js";

const MASKED = "<sensitive>";

/** Variables, locals, data, sources and builds, each with its range. Sensitive values are `"<sensitive>"`; what is not known has `"known": false`. */
export function surveyJson({ template, known, builds }: Survey) {
  const { variables, locals, data, sources, legacy, dialect, description } = template;
  return {
    dialect,
    description,
    variables:
      legacy === undefined
        ? [...variables.values()].map((decl) => variable(decl, known?.variables.get(decl.name)))
        : legacyVariables(legacy),
    locals: [...locals.values()].map(({ name, sensitive, range }) => ({
      name,
      sensitive,
      ...shown(known?.locals.get(name) ?? UNKNOWN),
      range: toPublicRange(range),
    })),
    data: [...data.values()].map(component),
    sources: [...sources.values()].map(component),
    builds: builds.map(build),
  };
}

function variable({ name, type, description, sensitive, range }: VariableDecl, value: Value | undefined) {
  return {
    name,
    ...(type === undefined ? {} : { type: typeText(type.type) }),
    description,
    sensitive,
    ...shown(value ?? UNKNOWN),
    range: toPublicRange(range),
  };
}

function legacyVariables({ variables, sensitive }: NonNullable<Survey["template"]["legacy"]>) {
  return [...variables].map(([name, { value, range }]) => ({
    name,
    sensitive: sensitive.has(name),
    required: value === null,
    ...(value === null ? {} : { default: sensitive.has(name) ? MASKED : value }),
    range: toPublicRange(range),
  }));
}

function shown(value: Value): { readonly known: boolean; readonly value?: Json } {
  const { value: plain, marks } = unmarkDeep(value);
  if (marks.size > 0) return { known: true, value: MASKED };
  return isWhollyKnown(plain) ? { known: true, value: toPlain(plain) as Json } : { known: false };
}

interface Listed {
  readonly type: string;
  readonly name: string;
  readonly range: PublicRange;
}
const component = ({ type, name, range }: Pick<ComponentUse, "type" | "name" | "range">): Listed => ({
  type,
  name,
  range: toPublicRange(range),
});

function build({ name, description, sources, provisioners, errorCleanup, chains, range }: ExpandedBuild) {
  return {
    name,
    description,
    sources: sources.map(({ type, localName, range: place }) => component({ type, name: localName, range: place })),
    provisioners: provisioners.map(component),
    ...(errorCleanup === undefined ? {} : { error_cleanup_provisioner: component(errorCleanup) }),
    post_processors: chains.map((chain) => chain.map(component)),
    range: toPublicRange(range),
  };
}
