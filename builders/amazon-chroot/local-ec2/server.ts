import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Call } from "./action.js";
import { ACTIONS, isReading } from "./actions.js";
import { Ec2Error } from "./ec2-error.js";
import { type Fault, faultScript, statusOf } from "./faults.js";
import { namedIfFull } from "./full-disk.js";
import { Metadata } from "./metadata.js";
import { NEVER } from "./model.js";
import { checkParameters } from "./parameters.js";
import { decodeQuery, encodeXml, flag, type Query, text, type Xml } from "./query.js";
import { NO_EFFECTS, type StateStore } from "./state.js";
import { encodeMessage, Sts } from "./sts.js";
import { forgetDeleted } from "./volumes.js";

export interface ServerOptions {
  readonly store: StateStore;
  readonly owner: string;
  /** Region of instance metadata, and of calls whose signature names none. */
  readonly region: string;
  /** Seconds that the transition an action starts takes; none by default. */
  readonly delays?: Readonly<Record<string, number>> | undefined;
  /** What is to go wrong, in this order. */
  readonly faults?: readonly Fault[] | undefined;
  /** Bytes that all disks may hold together. */
  readonly quota?: number | undefined;
  readonly kernelPartitions?: boolean | undefined;
}

const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';
const STS_VERSION = "2011-06-15";
const STS_NAMESPACE = `https://sts.amazonaws.com/doc/${STS_VERSION}/`;
/** Milliseconds: longer than clients that wait for something are silent, so that none sends while we hang up. */
const IDLE = 75_000;
const LONGEST_BODY = 1 << 20;

/** What lives as long as one server does. */
interface Session {
  readonly options: ServerOptions;
  readonly nextFault: (action: string) => Fault | undefined;
  readonly sts: Sts;
  readonly metadata: Metadata;
}

export function ec2Server(options: ServerOptions): Server {
  const { faults = [], region } = options;
  const sts = new Sts();
  const session = { options, nextFault: faultScript(faults), sts, metadata: new Metadata(region, sts) };
  const server = createServer((request, response) => {
    const { path, query } = targetOf(request.url);
    if (isFromWebPage(request)) refuse(response, new Ec2Error("UnauthorizedOperation", NO_WEB_PAGES, 403));
    else if (isCall(request.method, path, query)) void answerQuery(session, query, request, response);
    else answerMetadata(session, path, request, response);
  });
  server.keepAliveTimeout = IDLE;
  return server;
}

/** Of a request's target, which may be anything: not every one that a client can send is a URL. */
function targetOf(target = "/"): { readonly path: string; readonly query: string } {
  const [, path = "", query = ""] = /^(?:https?:\/\/[^/?]*)?([^?]*)\??(.*)$/.exec(target) ?? [];
  return { path: path.replace(/\/+/g, "/"), query };
}

const NO_WEB_PAGES = "The embedded EC2 checks no signatures, so it answers no web pages.";

/** Any page that a browser shows can send to 127.0.0.1; browsers tell where such requests come from. */
const isFromWebPage = ({ headers }: IncomingMessage): boolean =>
  headers.origin !== undefined || /^(cross|same)-site$/.test(String(headers["sec-fetch-site"]));

const isCall = (method: string | undefined, path: string, query: string): boolean =>
  method === "POST" ? !path.startsWith("/latest/") : method === "GET" && /(^|&)Action=/.test(query);

function answerMetadata({ metadata }: Session, path: string, request: IncomingMessage, response: ServerResponse): void {
  const { status, body, headers } = metadata.answer(request.method ?? "", path, request.headers);
  const length = { "content-length": Buffer.byteLength(body) };
  response.writeHead(status, { "content-type": "text/plain", server: "EC2ws", ...length, ...headers }).end(body);
}

async function answerQuery(
  session: Session,
  search: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let isSts = false;
  const requestId = randomUUID();
  response.setHeader("x-amzn-requestid", requestId);
  try {
    const query = decodeQuery([search, await bodyOf(request)].filter((part) => part !== "").join("&"));
    isSts = text(query, "Version") === STS_VERSION;
    const action = actionOf(query);
    const fault = session.nextFault(action);
    const body = await answerTo(session, { action, query, fault, request, requestId });
    if (fault?.drop) request.socket.destroy();
    else send(response, 200, body);
  } catch (error) {
    refuse(response, error, { isSts, requestId });
  }
}

function actionOf(query: Query): string {
  const action = text(query, "Action");
  if (action) return action;
  throw new Ec2Error("MissingAction", "The request is missing an action or operation parameter.");
}

/** A call that was read to its end. */
interface Heard {
  readonly action: string;
  readonly query: Query;
  readonly fault: Fault | undefined;
  readonly request: IncomingMessage;
  readonly requestId: string;
}

async function answerTo({ options, sts }: Session, heard: Heard): Promise<string> {
  const { action, query, fault, request, requestId } = heard;
  if (fault?.lag) await sleep(fault.lag);
  if (fault?.code) throw scripted(action, fault.code, fault);
  const { accessKey, region = options.region } = signerOf(query, request);
  const result = sts.answer(action, query, accessKey);
  if (result !== undefined) return stsBody(action, result, requestId);
  const answer = await perform(options, action, query, region, fault);
  return named(`${action}Response`, "http://ec2.amazonaws.com/doc/2016-11-15/", { requestId, ...answer });
}

function scripted(action: string, code: string, { message, status = statusOf(code) }: Fault): Ec2Error {
  const usual: Readonly<Record<string, string>> = {
    RequestLimitExceeded: "Request limit exceeded.",
    InternalError: "An internal error has occurred",
    UnauthorizedOperation: `You are not authorized to perform this operation. Encoded authorization failure message: ${encodeMessage(action)}`,
  };
  return new Ec2Error(
    code,
    message ?? (Object.hasOwn(usual, code) ? usual[code] : undefined) ?? "Scripted failure.",
    status,
  );
}

async function perform(options: ServerOptions, action: string, query: Query, region: string, fault?: Fault) {
  const act = ACTIONS.get(action);
  if (!act) throw new Ec2Error("InvalidAction", `The action ${action} is not valid for this web service.`);
  checkParameters(action, query);
  if (flag(query, "DryRun"))
    throw new Ec2Error("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412);
  const { store, owner, quota, kernelPartitions = true } = options;
  const call = { query, region, store, owner, quota, kernelPartitions, fate: fateOf(fault) };
  const readyAt = (what: string): number => (fault?.stuck ? NEVER : Date.now() + (options.delays?.[what] ?? 0) * 1000);
  if (isReading(action)) return act({ ...call, ...NO_EFFECTS, readyAt, state: store.read() });
  return store.update(async (state, effects) => {
    forgetDeleted(state);
    return act({ ...call, ...effects, readyAt, state });
  });
}

const fateOf = (fault: Fault | undefined): Call["fate"] => ({
  ...(fault?.hidden === undefined ? {} : { hiddenUntil: Date.now() + fault.hidden }),
  ...(fault?.failed === undefined ? {} : { failed: fault.failed }),
});

/** The access key and the region in a version 4 signature's credential scope, which a presigned URL has in its query. */
function signerOf(
  query: Query,
  { headers }: IncomingMessage,
): { readonly accessKey?: string; readonly region?: string } {
  const signature = headers.authorization ?? `Credential=${text(query, "X-Amz-Credential") ?? ""}`;
  const [, accessKey, region] = /Credential=([^/,\s]+)\/\d+\/([a-z0-9-]+)\//.exec(signature) ?? [];
  return { ...(accessKey === undefined ? {} : { accessKey }), ...(region === undefined ? {} : { region }) };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    // Read to its end, though not kept: who is cut off while sending does not hear why.
    if (length <= LONGEST_BODY) chunks.push(chunk);
  }
  if (length > LONGEST_BODY) throw new Ec2Error("RequestEntityTooLarge", "The request is too large.", 413);
  return Buffer.concat(chunks).toString("utf8");
}

const named = (name: string, namespace: string, value: Xml): string =>
  encodeXml(name, value).replace(`<${name}>`, `<${name} xmlns="${namespace}">`);

const stsBody = (action: string, result: Xml, requestId: string): string =>
  named(`${action}Response`, STS_NAMESPACE, {
    [`${action}Result`]: result,
    ResponseMetadata: { RequestId: requestId },
  });

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "text/xml;charset=UTF-8" }).end(XML + body);
}

/** Whatever went wrong reaches the client in the service's form; what we didn't foresee as InternalError. */
function refuse(
  response: ServerResponse,
  error: unknown,
  { isSts = false, requestId = randomUUID() }: { readonly isSts?: boolean; readonly requestId?: string } = {},
): void {
  const known = namedIfFull(error, "the embedded EC2's state");
  const { code, message, status } =
    known instanceof Ec2Error
      ? known
      : new Ec2Error("InternalError", error instanceof Error ? error.message : String(error), 500);
  const problem = { Code: code, Message: message };
  const Type = status < 500 ? "Sender" : "Receiver";
  const body = isSts
    ? named("ErrorResponse", STS_NAMESPACE, { Error: { Type, ...problem }, RequestId: requestId })
    : encodeXml("Response", { Errors: { Error: problem }, RequestID: requestId });
  send(response, status, body);
}
