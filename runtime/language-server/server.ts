// A language server: the protocol on one side, questions about templates on the other. Positions of the protocol are lines
// and UTF-16 columns, ours are UTF-16 offsets.

import { dirname } from "node:path";
import { finished, PassThrough } from "node:stream";
import { fileURLToPath, pathToFileURL } from "node:url";
import {
  CompletionItemKind,
  type Connection,
  createConnection,
  DiagnosticSeverity,
  InsertTextFormat,
  type Diagnostic as LspDiagnostic,
  type Range,
  TextDocumentSyncKind,
  TextDocuments,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { collectDiagnostics } from "../../lang/diagnostics/collect.js";
import type { Diagnostic } from "../../lang/diagnostics/diagnostic.js";
import { format } from "../../lang/fmt/format.js";
import type { SourceRange } from "../../lang/source/source-file.js";
import { PRODUCT_VERSION } from "../product.js";
import { type Completion, completionsAt, type Surroundings } from "./completion.js";
import { cursorAt } from "./cursor.js";
import { definitionOf } from "./definition.js";
import { diagnose, type Settings } from "./diagnose.js";
import { hoverAt } from "./hover.js";
import { nameAt } from "./name-at.js";
import { isTemplateFile, isVariableFile, openTemplate } from "./open-template.js";
import { loadVocabulary, type Vocabulary } from "./vocabulary.js";

export interface Streams {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** Serves until the library ends the process, with the exit code of the protocol: at `exit`, or where the client is gone. */
export function serveLanguage({ input, output }: Streams, settings: Settings): Promise<never> {
  const connection = createConnection(endingLater(input), output);
  new LanguageServer(connection, settings).listen();
  return new Promise(() => undefined);
}

/** Milliseconds that messages have after the client's end of the stream is closed. */
const LAST_WORDS = 500;

/** The library exits where its input ends; messages that came just before are still on their way then, `exit` perhaps among them. */
function endingLater(input: NodeJS.ReadableStream): NodeJS.ReadableStream {
  const later = new PassThrough();
  finished(input, { writable: false }, () => setTimeout(() => later.end(), LAST_WORDS));
  return input.pipe(later, { end: false });
}

/** Milliseconds without a change before the template is checked again. */
const SETTLED = 150;

class LanguageServer {
  readonly #connection: Connection;
  readonly #settings: Settings;
  readonly #documents = new TextDocuments(TextDocument);
  readonly #vocabulary: Promise<Vocabulary>;
  /** Checks that wait or run, by folder. */
  readonly #checks = new Map<string, { readonly timer: NodeJS.Timeout; readonly abort: AbortController }>();
  /** Files that have diagnostics now, by folder: they must be told when those are gone. */
  readonly #marked = new Map<string, ReadonlySet<string>>();

  constructor(connection: Connection, settings: Settings) {
    this.#connection = connection;
    this.#settings = settings;
    this.#vocabulary = loadVocabulary(settings.registry);
  }

  listen(): void {
    this.#answer();
    this.#documents.onDidChangeContent(({ document }) => this.#checkSoon(document.uri));
    this.#documents.onDidClose(({ document }) => this.#checkSoon(document.uri));
    this.#documents.listen(this.#connection);
    this.#connection.listen();
  }

  #answer(): void {
    this.#connection.onInitialize(() => ({
      serverInfo: { name: "pkrts", version: PRODUCT_VERSION },
      capabilities: {
        textDocumentSync: TextDocumentSyncKind.Incremental,
        completionProvider: { triggerCharacters: [".", '"', "{"] },
        hoverProvider: true,
        definitionProvider: true,
        documentFormattingProvider: true,
      },
    }));
    this.#connection.onCompletion(async ({ textDocument, position }) => {
      const place = this.#place(textDocument.uri, position);
      if (place === undefined) return [];
      const cursor = cursorAt(place.text, place.offset);
      const range = { start: place.document.positionAt(cursor.start), end: position };
      return completionsAt(cursor, await this.#surroundings(place.path)).map((each) => completionItem(each, range));
    });
    this.#connection.onHover(async ({ textDocument, position }) => {
      const place = this.#place(textDocument.uri, position);
      if (place === undefined) return null;
      const value = hoverAt(nameAt(place.text, place.offset), await this.#surroundings(place.path));
      return value === undefined ? null : { contents: { kind: "markdown", value } };
    });
    this.#connection.onDefinition(({ textDocument, position }) => {
      const place = this.#place(textDocument.uri, position);
      if (place === undefined) return null;
      const range = definitionOf(nameAt(place.text, place.offset), openTemplate(place.path, this.#open()));
      return range === undefined ? null : { uri: pathToFileURL(range.file.path).href, range: protocolRange(range) };
    });
    this.#connection.onDocumentFormatting(({ textDocument }) => this.#formatted(textDocument.uri));
  }

  /** A place in an open file of native syntax: the only one in which words are completed and explained. */
  #place(uri: string, position: { readonly line: number; readonly character: number }) {
    const document = this.#documents.get(uri);
    const path = pathOf(uri);
    if (document === undefined || path === undefined || !path.endsWith(".hcl")) return undefined;
    return { document, path, text: document.getText(), offset: document.offsetAt(position) };
  }

  async #surroundings(path: string): Promise<Surroundings> {
    return { template: openTemplate(path, this.#open()), vocabulary: await this.#vocabulary };
  }

  #open(): ReadonlyMap<string, string> {
    return new Map(
      this.#documents.all().flatMap((document) => {
        const path = pathOf(document.uri);
        return path === undefined ? [] : [[path, document.getText()] as const];
      }),
    );
  }

  /** Nothing while the file can't be read as HCL: there is no telling what it should become. */
  #formatted(uri: string) {
    const document = this.#documents.get(uri);
    if (document === undefined || !uri.endsWith(".hcl")) return [];
    const report = collectDiagnostics();
    const text = format(document.getText(), uri, report);
    if (report.errors > 0 || text === document.getText()) return [];
    return [
      { range: { start: document.positionAt(0), end: document.positionAt(document.getText().length) }, newText: text },
    ];
  }

  // ─── diagnostics ─────────────────────────────────────────────────────────────

  #checkSoon(uri: string): void {
    const path = pathOf(uri);
    if (path === undefined || !(isTemplateFile(path) || isVariableFile(path))) return;
    const unit = isTemplateFile(path) ? dirname(path) : path;
    const before = this.#checks.get(unit);
    clearTimeout(before?.timer);
    before?.abort.abort();
    const abort = new AbortController();
    const timer = setTimeout(() => void this.#check(unit, path, abort.signal), SETTLED);
    this.#checks.set(unit, { timer, abort });
  }

  async #check(unit: string, path: string, signal: AbortSignal): Promise<void> {
    try {
      const found = await diagnose(path, this.#open(), this.#settings, signal);
      if (!signal.aborted) await this.#publish(unit, path, found);
    } catch (error) {
      this.#connection.console.error(`checking ${path} failed: ${String(error)}`);
    }
  }

  /** A mistake without a place is shown at the top of the document that was changed. */
  async #publish(unit: string, changed: string, found: readonly Diagnostic[]): Promise<void> {
    const byFile = new Map<string, LspDiagnostic[]>([[changed, []]]);
    for (const path of this.#marked.get(unit) ?? []) byFile.set(path, []);
    for (const diagnostic of found) {
      const path = diagnostic.subject?.file.path ?? changed;
      byFile.set(path, [...(byFile.get(path) ?? []), protocolDiagnostic(diagnostic)]);
    }
    this.#marked.set(unit, new Set([...byFile].filter(([, list]) => list.length > 0).map(([path]) => path)));
    for (const [path, diagnostics] of byFile)
      if (path.startsWith("/")) await this.#connection.sendDiagnostics({ uri: pathToFileURL(path).href, diagnostics });
  }
}

const pathOf = (uri: string): string | undefined => (uri.startsWith("file:") ? fileURLToPath(uri) : undefined);

const KINDS: Readonly<Record<Completion["kind"], CompletionItemKind>> = {
  option: CompletionItemKind.Property,
  block: CompletionItemKind.Struct,
  function: CompletionItemKind.Function,
  variable: CompletionItemKind.Variable,
  value: CompletionItemKind.Value,
  component: CompletionItemKind.Class,
  reference: CompletionItemKind.Reference,
};

function completionItem({ label, kind, detail, documentation, snippet }: Completion, range: Range) {
  return {
    label,
    kind: KINDS[kind],
    ...(detail === undefined ? {} : { detail }),
    ...(documentation === undefined ? {} : { documentation }),
    insertTextFormat: snippet === undefined ? InsertTextFormat.PlainText : InsertTextFormat.Snippet,
    textEdit: { range, newText: snippet ?? label },
  };
}

function protocolDiagnostic({ severity, summary, detail, subject, code }: Diagnostic): LspDiagnostic {
  return {
    range: subject === undefined ? NOWHERE : protocolRange(subject),
    severity: severity === "error" ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    source: "pkrts",
    code,
    message: detail === "" ? summary : `${summary}\n${detail}`,
  };
}

const NOWHERE: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

function protocolRange({ file, start, end }: SourceRange): Range {
  const document = TextDocument.create("", "hcl", 0, file.text);
  return { start: document.positionAt(start), end: document.positionAt(end) };
}
