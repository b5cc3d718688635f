// A component's body and what its schema allows → one object value, and where each part of it was written.

import { duplicateArgument, duplicateBlock, incorrectType } from "../diagnostics/catalog/template.js";
import { at, type Reporter } from "../diagnostics/diagnostic.js";
import { closest } from "../diagnostics/did-you-mean.js";
import { childContext, type EvalContext } from "../eval/context.js";
import { evaluate } from "../eval/evaluate.js";
import type { SourceFile, SourceRange } from "../source/source-file.js";
import type { Body, Expr } from "../syntax/ast.js";
import { staticItems, staticMembers } from "../syntax/static.js";
import { ConversionError, tryConvert } from "../values/convert.js";
import { objectValue, tupleValue, UNKNOWN, type Value } from "../values/value.js";
import { type BodyShape, type Content, type ContentAttribute, contentOf, placeText } from "./body-content.js";
import { expandBlocks, type ScopedBlock, withDynamic } from "./dynamic-block.js";
import type { BlockSpec, BodySpec, Decoded, HclBody, Overlay } from "./ir.js";
import { secretTexts } from "./secret-texts.js";

/**
 * Reports what does not fit; the value holds what does, and an unknown for what was meant but is wrong, so that the component can
 * go on looking. Arguments that are null count as not given.
 */
export function decodeBody(
  source: HclBody,
  spec: BodySpec,
  context: EvalContext,
  report: Reporter,
  ignored: readonly string[] = [],
): Decoded {
  const decoder = new Decoder(report);
  const { file, body, overlay } = source;
  const parts = [{ file, body, context }, ...(overlay === undefined ? [] : [overlayPart(overlay, context)])];
  const value = decoder.bodies(parts, spec, "", ignored);
  return {
    value,
    rangeOf: (pointer) => decoder.rangeOf(pointer),
  };
}

interface Part {
  readonly file: SourceFile;
  readonly body: Body;
  readonly context: EvalContext;
}

const overlayPart = ({ file, body, scope }: Overlay, context: EvalContext): Part => ({
  file,
  body,
  context: scope === undefined ? context : childContext(context, scope.variables),
});

type ScopedAttribute = ContentAttribute & Pick<Part, "context">;

class Decoder {
  readonly #report: Reporter;
  readonly #ranges = new Map<string, SourceRange>();

  constructor(report: Reporter) {
    this.#report = report;
  }

  /** Of the nearest part around the pointer that was written. */
  rangeOf(pointer: string): SourceRange | undefined {
    for (let at = pointer; ; at = at.slice(0, at.lastIndexOf("/"))) {
      const range = this.#ranges.get(at);
      if (range !== undefined || at === "") return range;
    }
  }

  /** One body, or two that count as one: their arguments must differ. */
  bodies(parts: readonly Part[], spec: BodySpec, pointer: string, ignored: readonly string[]): Value {
    const shape = shapeOf(spec, ignored);
    const contents = parts.map(({ body, file, context }) => ({
      ...contentOf(body, file, withDynamic(shape), this.#report),
      context,
    }));
    const members = new Map<string, Value>();
    for (const name of parts.flatMap(({ body }) => meantNames(body, spec, ignored))) members.set(name, UNKNOWN);
    for (const attribute of this.#merged(contents).values()) {
      if (ignored.includes(attribute.name.text)) continue;
      const value = this.#attribute(attribute, spec, pointer);
      if (value !== undefined) members.set(attribute.name.text, value);
    }
    const blocks = contents.flatMap((content) => expandBlocks(content, shape, content.context, this.#report));
    for (const [type, blockSpec] of spec.blocks) {
      const value = this.#blocks(
        type,
        blocks.filter((block) => block.type === type),
        blockSpec,
        `${pointer}/${type}`,
      );
      if (value !== undefined) members.set(type, value);
    }
    return objectValue(members);
  }

  #merged(contents: readonly (Content & Pick<Part, "context">)[]): ReadonlyMap<string, ScopedAttribute> {
    const merged = new Map<string, ScopedAttribute>();
    for (const { attributes, context } of contents) {
      for (const [name, attribute] of attributes) {
        const other = merged.get(name);
        if (other === undefined) merged.set(name, { ...attribute, context });
        else
          this.#report.report(
            at(duplicateArgument(name, placeText({ file: other.file, ...other.name })), {
              file: attribute.file,
              ...attribute.name,
            }),
          );
      }
    }
    return merged;
  }

  #attribute(
    { name, value: expr, file, context }: ScopedAttribute,
    spec: BodySpec,
    pointer: string,
  ): Value | undefined {
    const range = { file, start: expr.start, end: expr.end };
    this.#place(expr, file, `${pointer}/${name.text}`);
    const before = this.#report.errors;
    const value = evaluate(expr, file, context, this.#report);
    if (this.#report.errors > before) return UNKNOWN;
    if (context.onSecret !== undefined) for (const secret of secretTexts(expr, value)) context.onSecret(secret);
    const converted = tryConvert(value, spec.attributes.get(name.text)?.type ?? value.type);
    if (converted instanceof ConversionError) {
      const place = this.rangeOf([pointer, name.text, ...converted.place].join("/")) ?? range;
      this.#report.report(at(incorrectType(name.text, `${pathText(converted.path)}${converted.message}`), place));
      return UNKNOWN;
    }
    return converted.state === "null" ? undefined : converted;
  }

  /** An expression, and the parts of it that are written out. */
  #place(expr: Expr, file: SourceFile, pointer: string): void {
    this.#ranges.set(pointer, { file, start: expr.start, end: expr.end });
    for (const [i, item] of (staticItems(expr) ?? []).entries()) this.#place(item, file, `${pointer}/${i}`);
    for (const [name, value] of staticMembers(expr)) this.#place(value, file, `${pointer}/${name}`);
  }

  #blocks(type: string, blocks: readonly ScopedBlock[], spec: BlockSpec, pointer: string): Value | undefined {
    const [first, second] = blocks;
    if (first === undefined) return undefined;
    if (spec.repeats) return tupleValue(blocks.map((block, i) => this.#block(block, spec, `${pointer}/${i}`)));
    if (second !== undefined)
      this.#report.report(at(duplicateBlock(type, first.file.positionAt(first.range.start).line), second.range));
    return this.#block(first, spec, pointer);
  }

  #block({ body, file, range, context }: ScopedBlock, { spec }: BlockSpec, pointer: string): Value {
    this.#ranges.set(pointer, range);
    return this.bodies([{ file, body, context }], spec, pointer, []);
  }
}

/** What unexpected arguments and blocks of a body were probably meant to be. */
function meantNames(body: Body, { attributes, blocks }: BodySpec, ignored: readonly string[]): readonly string[] {
  const written =
    body.kind === "JsonBody"
      ? body.objects.flatMap(({ properties }) =>
          properties.map(({ name }) => ({ name: name.text, fits: [attributes, blocks] })),
        )
      : body.items.map((item) =>
          item.kind === "Block"
            ? { name: item.type.text, fits: [blocks] }
            : { name: item.name.text, fits: [attributes] },
        );
  const known = [...attributes.keys(), ...blocks.keys()];
  return written
    .filter(({ name, fits }) => !ignored.includes(name) && name !== "dynamic" && !fits.some((part) => part.has(name)))
    .flatMap(({ name }) => (known.includes(name) ? name : (closest(name, known) ?? [])));
}

const shapeOf = ({ attributes, blocks }: BodySpec, ignored: readonly string[]): BodyShape => ({
  attributes: [...attributes.keys(), ...ignored],
  blocks: new Map([...blocks.keys()].map((type) => [type, []])),
});

/** `element 0: `, `attribute "a": `: where inside the value. */
export function pathText(path: readonly (string | number)[]): string {
  return path
    .map((step) => (typeof step === "number" ? `element ${step}: ` : `element ${JSON.stringify(step)}: `))
    .join("");
}
