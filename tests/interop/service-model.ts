// botocore's service models: what AWS's own clients take for a request and an answer.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

interface Member {
  readonly shape: string;
  readonly locationName?: string;
  readonly queryName?: string;
  /** HTML. */
  readonly documentation?: string;
}

interface Shape {
  readonly type: string;
  readonly members?: Readonly<Record<string, Member>>;
  readonly member?: Member;
  readonly enum?: readonly string[];
}

interface Model {
  readonly operations: Readonly<
    Record<string, { readonly input?: Member; readonly output?: Member & { readonly resultWrapper?: string } }>
  >;
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** Where Python's botocore keeps its models; undefined where there is none. */
export function modelFolder(): string | undefined {
  const ask = "import botocore, os; print(os.path.join(os.path.dirname(botocore.__file__), 'data'))";
  try {
    const folder = execFileSync("python3", ["-c", ask], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
    return existsSync(join(folder, "ec2")) ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** An element of an answer. */
export interface Element {
  readonly name: string;
  readonly text: string;
  readonly children: readonly Element[];
}

/** One service, as `service/version` names its model. */
export class ServiceModel {
  readonly #model: Model;

  constructor(folder: string, service: string) {
    const file = join(folder, service, "service-2.json");
    const text = existsSync(file) ? readFileSync(file) : gunzipSync(readFileSync(`${file}.gz`));
    this.#model = JSON.parse(text.toString("utf8")) as Model;
  }

  /** The parameters of `action` in the query protocol, N for the number of a list's item. */
  parameters(action: string): readonly string[] {
    const input = this.#model.operations[action]?.input;
    return input === undefined ? [] : this.#flat(input.shape, "");
  }

  /** The filters that the documentation of `action` lists; of one for each tag, one. */
  filters(action: string): readonly string[] {
    const input = this.#model.operations[action]?.input;
    const text = input && this.#shape(input.shape).members?.["Filters"]?.documentation;
    const names = [...(text ?? "").matchAll(/<li>\s*<p>\s*<code>([\w.-]+)<\/code>/g)].map(([, name]) => name ?? "");
    return names.map((name) => (name === "tag" ? "tag:Team" : name));
  }

  #flat(name: string, prefix: string): readonly string[] {
    const shape = this.#shape(name);
    if (shape.type === "list" && shape.member) return this.#flat(shape.member.shape, `${prefix}.N`);
    if (shape.type !== "structure") return [prefix];
    return Object.entries(shape.members ?? {}).flatMap(([key, member]) => {
      const wire = member.queryName ?? capital(member.locationName ?? key);
      return this.#flat(member.shape, prefix === "" ? wire : `${prefix}.${wire}`);
    });
  }

  /** What in the answer `xml` of `action` a client of this model would not understand, a line each. */
  problems(action: string, xml: string): readonly string[] {
    const root = parseXml(xml);
    const output = this.#model.operations[action]?.output;
    const named = root.name === `${action}Response` ? [] : [`the root is ${root.name}`];
    const wrapper = output?.resultWrapper;
    const body = wrapper === undefined ? root : root.children.find(({ name }) => name === wrapper);
    if (body === undefined) return [...named, `there is no ${wrapper}`];
    const children = body.children.filter(({ name }) => name !== "requestId");
    // An action without an output answers `return`, as AWS does, and no client reads it.
    if (output === undefined) return [...named, ...children.filter(({ name }) => name !== "return").map(unknown)];
    return [...named, ...this.#structure(output.shape, { ...body, children }, "", ["return"])];
  }

  #structure(name: string, element: Element, path: string, ignored: readonly string[] = []): readonly string[] {
    const members = Object.entries(this.#shape(name).members ?? {});
    const known = new Map(members.map(([key, member]) => [member.locationName ?? key, member]));
    return element.children.flatMap((child) => {
      const member = known.get(child.name);
      const place = `${path}/${child.name}`;
      if (member !== undefined) return this.#value(member.shape, child, place);
      return ignored.includes(child.name) ? [] : [`${place} is not in the model`];
    });
  }

  #value(name: string, element: Element, path: string): readonly string[] {
    const shape = this.#shape(name);
    if (shape.type === "structure") return this.#structure(name, element, path);
    if (shape.type === "list") return this.#list(shape, element, path);
    if (element.children.length > 0) return [`${path} has elements, and is a ${shape.type}`];
    return isOf(shape, element.text) ? [] : [`${path} is ${JSON.stringify(element.text)}, not ${describeShape(shape)}`];
  }

  #list({ member }: Shape, element: Element, path: string): readonly string[] {
    if (member === undefined) return [`${path} has no members`];
    const wire = member.locationName ?? "member";
    return element.children.flatMap((child) =>
      child.name === wire
        ? this.#value(member.shape, child, `${path}/${wire}`)
        : [`${path}/${child.name} should be ${wire}`],
    );
  }

  #shape(name: string): Shape {
    const shape = this.#model.shapes[name];
    if (shape === undefined) throw new Error(`the model has no shape ${name}`);
    return shape;
  }
}

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
const unknown = ({ name }: Element): string => `/${name} is not in the model`;
const describeShape = ({ type, enum: values }: Shape): string =>
  values === undefined ? `a ${type}` : values.join("|");

const FORMS: Readonly<Record<string, RegExp>> = {
  boolean: /^(true|false)$/,
  integer: /^-?\d+$/,
  long: /^-?\d+$/,
  double: /^-?\d+(\.\d+)?$/,
  timestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/,
};

const isOf = ({ type, enum: values }: Shape, text: string): boolean =>
  (values === undefined || values.includes(text)) && (FORMS[type]?.test(text) ?? true);

/** A document as our server writes it: no comments, no CDATA; attributes are passed over. */
export function parseXml(xml: string): Element {
  const stack: { name: string; text: string; children: Element[] }[] = [{ name: "", text: "", children: [] }];
  for (const [token, closing, name] of xml.replace(/^<\?[^>]*\?>\s*/, "").matchAll(/<(\/?)([\w:]+)[^>]*>|[^<]+/g)) {
    const top = stack.at(-1);
    if (top === undefined) throw new Error(`more ends than beginnings: ${xml}`);
    if (name === undefined) top.text += plain(token);
    else if (closing === "") stack.push({ name, text: "", children: [] });
    else if (top.name === name) stack.at(-2)?.children.push(stack.pop() ?? top);
    else throw new Error(`</${name}> ends <${top.name}>: ${xml}`);
  }
  const [root] = stack[0]?.children ?? [];
  if (root === undefined || stack.length !== 1) throw new Error(`no document: ${xml}`);
  return root;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', "#13": "\r" };
const plain = (text: string): string => text.replace(/&([^;]+);/g, (_, name: string) => ENTITIES[name] ?? "?");
