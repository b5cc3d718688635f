import { optionProblem } from "../../lang/diagnostics/catalog/options.js";
import { at, type Reporter } from "../../lang/diagnostics/diagnostic.js";
import { noCommunicator } from "../../runtime/communicators/none.js";
import { defineBuilder, type PrepareContext } from "../../runtime/contract/component.js";
import { nullOptions } from "../../schemas/index.js";
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
  communicator: ({ communicator = "ssh" }) => (communicator === "none" ? "none" : "ssh"),
  async build(_options, _context, run, provision) {
    await run.step("provision", () => provision(noCommunicator, { ID: "Null", PackerRunUUID: run.runId }));
    return {
      builderId: "fnoeding.null",
      id: "Null",
      files: [],
      text: "Did not export anything. This is the null builder",
      state: { generated_data: { ID: "Null" } },
    };
  },
});

function check({ value, rangeOf, unknown }: Options<Null>, { purpose }: PrepareContext, report: Reporter): void {
  const refuse = (text: string, pointer = ""): void => report.report(at(optionProblem(text), rangeOf(pointer)));
  const { communicator = "ssh" } = value;
  if (unknown.includes("/communicator") || communicator === "none") return;
  if (!["ssh", "winrm", "docker", "dockerWindowsContainer"].includes(communicator))
    refuse(`Communicator type ${communicator} is invalid`, "/communicator");
  else if (value.ssh_username === undefined)
    refuse('An ssh_username must be specified\n  Note: some builders used to default ssh_username to "root".');
  if (value.ssh_host === undefined)
    refuse("a Host must be specified, please reference your communicator documentation");
  if (value.ssh_username === undefined)
    refuse("a Username must be specified, please reference your communicator documentation");
  const methods = [
    value.ssh_agent_auth === true,
    value.ssh_password !== undefined,
    value.ssh_private_key_file !== undefined,
  ].filter(Boolean).length;
  if (methods === 0)
    refuse("one authentication method must be specified, please reference your communicator documentation");
  if (methods > 1) refuse("only one of ssh_agent_auth, ssh_password, and ssh_private_key_file must be specified");
  if (purpose === "build")
    refuse(
      `communicator "${communicator}" is not supported yet: the null builder runs with communicator = "none"`,
      "/communicator",
    );
}
