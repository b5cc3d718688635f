import { optionDoubt, optionProblem } from "../../lang/diagnostics/catalog/options.js";
import { collectDiagnostics } from "../../lang/diagnostics/collect.js";
import { at, type Reporter } from "../../lang/diagnostics/diagnostic.js";
import { noCommunicator } from "../../runtime/communicators/none.js";
import { checkLogin, checkSsh } from "../../runtime/communicators/ssh/check.js";
import { type SshSettings, sshSettings } from "../../runtime/communicators/ssh/options.js";
import type { Artifact } from "../../runtime/contract/artifact.js";
import {
  defineBuilder,
  type GeneratedData,
  type PrepareContext,
  type Provision,
} from "../../runtime/contract/component.js";
import type { RunContext } from "../../runtime/contract/run-context.js";
import { nullOptions } from "../../schemas/components/null.gen.js";
import type { Null } from "../../schemas/options.gen.js";
import type { Options } from "../../schemas/options.js";

/** Runs provisioners, and makes nothing. */
export const component = defineBuilder<Null>({
  type: "null",
  summary: "Runs provisioners against a machine that is there, or none",
  schema: nullOptions,
  exports: new Map(),
  undo: {},
  check,
  communicator: (options) => (isSsh(options) ? "ssh" : "none"),
  async build(options, context, run, provision) {
    if (isSsh(options)) await overSsh(options, context, run, provision);
    else await run.step("provision", () => provision(noCommunicator, { ID: "Null", PackerRunUUID: run.runId }));
    return ARTIFACT;
  },
});

const ARTIFACT: Artifact = {
  builderId: "fnoeding.null",
  id: "Null",
  files: [],
  text: "Did not export anything. This is the null builder",
  state: { generated_data: { ID: "Null" } },
};

const isSsh = ({ communicator = "ssh" }: Null): boolean => communicator !== "none";

async function overSsh(options: Null, context: PrepareContext, run: RunContext, provision: Provision): Promise<void> {
  const settings = sshSettings(options, context);
  const { target, bastion, proxy } = settings;
  const secrets = [target.password, target.privateKey, bastion?.password, bastion?.privateKey, proxy?.password];
  for (const secret of secrets) run.hide(secret ?? "");
  const { withSsh } = await import("../../runtime/communicators/ssh/communicator.js");
  await withSsh(settings, run, (machine) =>
    run.step("provision", () => provision(machine, generatedData(settings, run))),
  );
}

/** The `build.X` values (cli-runtime §7.2). */
function generatedData({ target }: SshSettings, run: RunContext): GeneratedData {
  const { host, port, username, password = "", privateKey = "", privateKeyFile = "", agent } = target;
  return {
    ID: "Null",
    Host: host,
    Port: port,
    User: username,
    Password: password,
    ConnType: "ssh",
    SSHPublicKey: "",
    SSHPrivateKey: privateKey,
    SSHPrivateKeyFile: privateKeyFile,
    SSHAgentAuth: agent !== undefined,
    WinRMPassword: "",
    PackerRunUUID: run.runId,
    PackerHTTPAddr: "ERR_HTTP_ADDR_NOT_IMPLEMENTED_BY_BUILDER",
    PackerHTTPIP: "ERR_HTTP_IP_NOT_IMPLEMENTED_BY_BUILDER",
    PackerHTTPPort: "ERR_HTTP_PORT_NOT_IMPLEMENTED_BY_BUILDER",
  };
}

const OTHERS = ["winrm", "docker", "dockerWindowsContainer"];

function check(options: Options<Null>, context: PrepareContext, report: Reporter): void {
  const { value, rangeOf, unknown } = options;
  const { communicator = "ssh" } = value;
  if (unknown.includes("/communicator") || communicator === "none") return;
  if (communicator === "ssh") {
    checkSsh(options, context, report);
    return checkLogin(options, report);
  }
  const here = rangeOf("/communicator");
  if (OTHERS.includes(communicator)) {
    const text = `pkrts has no communicator "${communicator}": there are none and ssh`;
    report.report(at(context.purpose === "build" ? optionProblem(text) : optionDoubt(text), here));
    if (communicator === "winrm" && (value.winrm_username ?? "") === "" && !unknown.includes("/winrm_username"))
      report.report(at(optionProblem("winrm_username must be specified."), here));
    return checkLogin(options, report, communicator === "winrm" ? "winrm" : "other");
  }
  // One mistake, though Packer goes on to ask what any communicator needs.
  const needed = collectDiagnostics();
  checkLogin(options, needed, "other");
  const detail = needed.diagnostics.map(({ summary }) => summary).join("\n");
  report.report(at(optionProblem(`Communicator type ${communicator} is invalid`, detail), here));
}
