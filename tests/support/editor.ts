import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import {
  CompletionRequest,
  createProtocolConnection,
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  HoverRequest,
  InitializeRequest,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  ShutdownRequest,
} from "vscode-languageserver-protocol/node";

const program = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "dist", "pkrts.cjs");

/** An editor with one folder, and a server of its own: `pkrts lsp`, or another program. */
export class Editor {
  readonly folder = mkdtempSync(join(tmpdir(), "pkrts-lsp-"));
  readonly child: ChildProcessWithoutNullStreams;
  readonly connection: ProtocolConnection;
  readonly exit: Promise<number | null>;
  #version = 0;
  #published: { readonly uri: string; readonly diagnostics: readonly Diagnostic[] }[] = [];
  #changed = (): void => undefined;

  constructor([file = "", ...argv]: readonly string[] = [program, "lsp", "--stdio"]) {
    this.child = spawn(file, argv);
    this.connection = createProtocolConnection(this.child.stdout, this.child.stdin);
    this.exit = new Promise((resolve) => this.child.on("close", resolve));
    // A program that is not there: what waits for an answer hears so.
    this.child.on("error", () => this.connection.dispose());
  }

  async start(): Promise<void> {
    this.connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
      this.#published.push(params);
      this.#changed();
    });
    this.connection.listen();
    await this.connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
    });
  }

  uri = (name: string): string => pathToFileURL(join(this.folder, name)).href;
  save = (name: string, text: string): void => writeFileSync(join(this.folder, name), text);

  open(name: string, text: string): Promise<void> {
    const textDocument = { uri: this.uri(name), languageId: "hcl", version: this.#version++, text };
    return this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
  }

  change(name: string, text: string): Promise<void> {
    const textDocument = { uri: this.uri(name), version: this.#version++ };
    return this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument,
      contentChanges: [{ text }],
    });
  }

  /** The next diagnostics of a file, those that came already among them. */
  async diagnostics(name: string): Promise<readonly Diagnostic[]> {
    for (;;) {
      const i = this.#published.findIndex(({ uri }) => uri === this.uri(name));
      if (i >= 0) return this.#published.splice(i, 1)[0]?.diagnostics ?? [];
      await new Promise<void>((resolve) => (this.#changed = resolve));
    }
  }

  async labels(name: string, line: number, character: number): Promise<readonly string[]> {
    const params = { textDocument: { uri: this.uri(name) }, position: { line, character } };
    const items = await this.connection.sendRequest(CompletionRequest.type, params);
    return (Array.isArray(items) ? items : (items?.items ?? [])).map(({ label }) => label);
  }

  async hover(name: string, line: number, character: number): Promise<string> {
    const params = { textDocument: { uri: this.uri(name) }, position: { line, character } };
    const found = await this.connection.sendRequest(HoverRequest.type, params);
    return found === null ? "" : (found.contents as { value: string }).value;
  }

  async quit(): Promise<number | null> {
    await this.connection.sendRequest(ShutdownRequest.type);
    await this.connection.sendNotification(ExitNotification.type);
    return this.exit;
  }

  /** Ends a server that was not asked to quit as an editor would, and one that does not answer by force. */
  async remove(): Promise<void> {
    const impatience = setTimeout(() => this.child.kill("SIGKILL"), 5000);
    if (this.child.exitCode === null) await this.quit().catch(() => this.exit);
    clearTimeout(impatience);
    this.connection.dispose();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export async function withEditor(use: (editor: Editor) => Promise<void>, server?: readonly string[]): Promise<void> {
  const editor = new Editor(server);
  try {
    await editor.start();
    await use(editor);
  } finally {
    await editor.remove();
  }
}
