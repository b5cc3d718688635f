import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Call } from "./action.js";
import { ACTIONS } from "./actions.js";
import { Ec2Error } from "./ec2-error.js";
import { type Fault, faultScript } from "./faults.js";
import { metadata } from "./metadata.js";
import { decodeQuery, encodeXml, flag, type Query, required, type Xml } from "./query.js";
import type { StateStore } from "./state.js";
import { answerSts } from "./sts.js";

export interface ServerOptions {
  readonly store: StateStore;
  readonly owner: string;
  /** Region of instance metadata, and of calls whose signature names none. */
  readonly region: string;
  /** Seconds that the transition an action starts takes; none by default. */
  readonly delays?: Readonly<Record<string, number>> | undefined;
  readonly faults?: readonly Fault[] | undefined;
  /** Bytes that all disks may hold together. */
  readonly quota?: number | undefined;
  readonly kernelPartitions?: boolean | undefined;
}

const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';
const LONGEST_BODY = 1 << 20;

export function ec2Server(options: ServerOptions): Server {
  const nextFault = faultScript(options.faults ?? []);
  return createServer((request, response) => {
    const answered =
      request.method === "POST"
        ? answerQuery(options, nextFault, request, response)
        : answerMetadata(options, request, response);
    answered.catch((error: unknown) => refuse(response, error));
  });
}

async function answerMetadata(
  options: ServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? "/").split("?")[0] ?? "/";
  const isToken = request.method === "PUT" && /^(\/latest)?\/api\/token\/?$/.test(path);
  const body = isToken ? randomUUID() : request.method === "GET" ? metadata(path, options.region) : undefined;
  const ttl = isToken ? { "x-aws-ec2-metadata-token-ttl-seconds": "21600" } : {};
  response.writeHead(body === undefined ? 404 : 200, { "content-type": "text/plain", ...ttl }).end(body ?? "Not Found");
}

async function answerQuery(
  options: ServerOptions,
  nextFault: (action: string) => Fault | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const query = decodeQuery(await bodyOf(request));
  const action = required(query, "Action");
  const fault = nextFault(action);
  if (fault?.lag) await sleep(fault.lag);
  if (fault?.code)
    throw new Ec2Error(
      fault.code,
      fault.message ?? "Scripted failure.",
      fault.status ?? (fault.code === "RequestLimitExceeded" ? 503 : 400),
    );
  const sts = answerSts(action, query);
  if (sts !== undefined) return send(response, 200, stsBody(action, sts));
  const answer = await perform(options, action, query, regionOf(request) ?? options.region);
  send(
    response,
    200,
    named(`${action}Response`, "http://ec2.amazonaws.com/doc/2016-11-15/", { requestId: randomUUID(), ...answer }),
  );
}

async function perform(options: ServerOptions, action: string, query: Query, region: string) {
  const act = ACTIONS.get(action);
  if (!act) throw new Ec2Error("InvalidAction", `The action ${action} is not valid for this web service.`);
  if (flag(query, "DryRun"))
    throw new Ec2Error("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412);
  const { store, owner, quota, kernelPartitions = true } = options;
  const readyAt = (what: string): number => Date.now() + (options.delays?.[what] ?? 0) * 1000;
  const call = { query, region, store, owner, quota, kernelPartitions, readyAt };
  return store.update(async (state) => act({ ...call, state } satisfies Call));
}

/** The region in a version 4 signature's credential scope. */
const regionOf = (request: IncomingMessage): string | undefined =>
  /Credential=[^/,\s]+\/\d+\/([a-z0-9-]+)\//.exec(request.headers.authorization ?? "")?.[1];

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_BODY) throw new Ec2Error("RequestEntityTooLarge", "The request is too large.", 413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

const named = (name: string, namespace: string, value: Xml): string =>
  encodeXml(name, value).replace(`<${name}>`, `<${name} xmlns="${namespace}">`);

const stsBody = (action: string, result: Xml): string =>
  named(`${action}Response`, "https://sts.amazonaws.com/doc/2011-06-15/", {
    [`${action}Result`]: result,
    ResponseMetadata: { RequestId: randomUUID() },
  });

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "text/xml;charset=UTF-8" }).end(XML + body);
}

/** Whatever went wrong reaches the client in EC2's form; what we didn't foresee (a full disk) as InternalError. */
function refuse(response: ServerResponse, error: unknown): void {
  const known =
    error instanceof Ec2Error
      ? error
      : new Ec2Error("InternalError", error instanceof Error ? error.message : String(error), 500);
  send(
    response,
    known.status,
    encodeXml("Response", { Errors: { Error: { Code: known.code, Message: known.message } }, RequestID: randomUUID() }),
  );
}
