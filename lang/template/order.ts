// In which order locals and data sources are evaluated: each behind what it refers to.

import { dependencyCycle, missingDependency } from "../diagnostics/catalog/template.js";
import { at, type Reporter } from "../diagnostics/diagnostic.js";
import { suggestion } from "../diagnostics/did-you-mean.js";
import type { SourceRange } from "../source/source-file.js";
import type { Body, Expr } from "../syntax/ast.js";
import { type Reference, referencesOf } from "../syntax/references.js";
import type { ComponentUse, LocalDecl, Template } from "./ir.js";

export type Node =
  | {
      readonly kind: "local";
      readonly id: string;
      readonly local: LocalDecl;
      readonly refs: readonly Reference[];
      readonly range: SourceRange;
    }
  | {
      readonly kind: "data";
      readonly id: string;
      readonly data: ComponentUse;
      readonly refs: readonly Reference[];
      readonly range: SourceRange;
    };

export interface Order {
  /** Dependencies first, else in the order of the template. */
  readonly nodes: readonly Node[];
  /** What can't be evaluated: it refers to what does not exist, or to itself. Reported. */
  readonly broken: readonly Node[];
}

export function dependencyOrder(template: Template, report: Reporter): Order {
  const nodes = new Map<string, Node>();
  for (const local of template.locals.values()) {
    nodes.set(`local.${local.name}`, {
      kind: "local",
      id: `local.${local.name}`,
      local,
      refs: local.value.refs,
      range: local.range,
    });
  }
  for (const data of template.data.values()) {
    const id = `data.${data.type}.${data.name}`;
    nodes.set(id, { kind: "data", id, data, refs: bodyReferences(data), range: data.range });
  }
  const visits = new Visits(nodes, template.unreadable, report);
  for (const node of nodes.values()) visits.visit(node);
  return { nodes: visits.order, broken: [...visits.broken.values()] };
}

/** Depth first on a stack of its own: chains of locals can be long. */
class Visits {
  readonly order: Node[] = [];
  readonly broken = new Map<string, Node>();
  readonly #nodes: ReadonlyMap<string, Node>;
  readonly #unreadable: ReadonlySet<string>;
  readonly #report: Reporter;
  readonly #done = new Set<string>();

  constructor(nodes: ReadonlyMap<string, Node>, unreadable: ReadonlySet<string>, report: Reporter) {
    this.#nodes = nodes;
    this.#unreadable = unreadable;
    this.#report = report;
  }

  visit(first: Node): void {
    const path: { readonly node: Node; readonly next: Iterator<Node> }[] = [];
    const enter = (node: Node): void => {
      path.push({ node, next: this.#dependencies(node)[Symbol.iterator]() });
    };
    if (!this.#done.has(first.id)) enter(first);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { value, done } = top.next.next();
      if (done === true) {
        path.pop();
        this.#leave(top.node);
      } else if (path.some(({ node }) => node.id === value.id)) {
        this.#cycle([...path.slice(path.findIndex(({ node }) => node.id === value.id)).map(({ node }) => node), value]);
        return;
      } else if (!this.#done.has(value.id)) enter(value);
    }
  }

  #leave(node: Node): void {
    if (this.#done.has(node.id)) return;
    this.#done.add(node.id);
    if (!this.broken.has(node.id)) this.order.push(node);
  }

  #cycle(nodes: readonly Node[]): void {
    const [first] = nodes;
    for (const node of nodes) {
      this.#done.add(node.id);
      this.broken.set(node.id, node);
    }
    if (first === undefined) return;
    this.#report.report(at(dependencyCycle(nodes.map(({ id }) => id).join(" → ")), first.range));
  }

  #dependencies(node: Node): readonly Node[] {
    const found: Node[] = [];
    for (const reference of node.refs) {
      const id = dependencyId(reference);
      const target = id === undefined ? undefined : this.#nodes.get(id);
      if (target !== undefined) found.push(target);
      else if (id !== undefined && !this.#isUnreadable(id)) {
        this.broken.set(node.id, node);
        const hint = suggestion(id, this.#nodes.keys());
        this.#report.report(at(missingDependency(node.id, id, hint), reference.range));
      }
    }
    return found;
  }

  #isUnreadable(id: string): boolean {
    return this.#unreadable.has(id) || this.#unreadable.has(`${id.slice(0, id.indexOf("."))}.*`);
  }
}

function dependencyId({ root, path }: Reference): string | undefined {
  const [first, second] = path;
  if (root === "local" && first !== undefined) return `local.${first}`;
  return root === "data" && first !== undefined && second !== undefined ? `data.${first}.${second}` : undefined;
}

/** Every reference in a component's body, at any depth. */
function bodyReferences({ body }: ComponentUse): readonly Reference[] {
  if (body.dialect !== "hcl2") return [];
  const { file } = body;
  return [body.body, ...(body.overlay === undefined ? [] : [body.overlay.body])].flatMap((each) =>
    expressionsIn(each).flatMap((expr) => referencesOf(expr, file)),
  );
}

function expressionsIn(body: Body): readonly Expr[] {
  if (body.kind === "JsonBody") {
    return body.objects.map((json) => ({ kind: "JsonValue", json, start: json.start, end: json.end }));
  }
  return body.items.flatMap((item) => (item.kind === "Attribute" ? [item.value] : expressionsIn(item.body)));
}
