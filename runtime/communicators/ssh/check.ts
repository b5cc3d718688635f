// The rules between the communicator's options (cli-runtime §6.8), in Packer's words where it has them.

import { optionDoubt, optionProblem } from "../../../lang/diagnostics/catalog/options.js";
import { at, type Reporter } from "../../../lang/diagnostics/diagnostic.js";
import type { Options } from "../../../schemas/options.js";
import type { PrepareContext } from "../../contract/component.js";
import { parseTunnel, pathOf, type SshOptions } from "./options.js";
import { privateKeyProblem } from "./private-key.js";

type Name = keyof SshOptions & string;
type Refuse = (text: string, option?: Name) => void;

/** Reads the key files, connects to nothing. Options that wait for the build are left alone. */
export function checkSsh(options: Options<SshOptions>, context: PrepareContext, report: Reporter): void {
  const refuse = refusing(options, report);
  if (!has(options, "ssh_username"))
    refuse('An ssh_username must be specified\n  Note: some builders used to default ssh_username to "root".');
  checkKeys(options, context, refuse);
  checkWayThere(options.value, refuse);
  checkShapes(options.value, refuse);
  checkPorts(options, context, report);
  warnOfKeyMaking(options, report);
  refuseUnsupported(options, context, report);
}

const refusing =
  (options: Options<SshOptions>, report: Reporter): Refuse =>
  (text, option) =>
    report.report(at(optionProblem(text), option === undefined ? undefined : options.rangeOf(`/${option}`)));

const has = ({ value, unknown }: Options<SshOptions>, name: Name): boolean => {
  const given = value[name];
  return (given !== undefined && given !== "" && given !== false) || unknown.includes(`/${name}`);
};

const SEE = "please reference your communicator documentation";

/**
 * What a builder needs that does not make its machine: where it is, and how to log in. Of a communicator that neither ssh nor
 * winrm is, nothing is ever enough.
 */
export function checkLogin(
  options: Options<SshOptions>,
  report: Reporter,
  kind: "ssh" | "winrm" | "other" = "ssh",
): void {
  const refuse = refusing(options, report);
  const hasOwn = (name: "host" | "username" | "password"): boolean =>
    kind !== "other" && has(options, `${kind}_${name}`);
  if (!hasOwn("host")) refuse(`a Host must be specified, ${SEE}`);
  if (!hasOwn("username")) refuse(`a Username must be specified, ${SEE}`);
  const methods = (["ssh_agent_auth", "ssh_password", "ssh_private_key_file"] as const).filter((name) =>
    has(options, name),
  );
  const hasWay = ["ssh_agent_auth", "ssh_private_key_file"].some((name) => has(options, name as Name));
  if (!hasWay && !hasOwn("password")) refuse(`one authentication method must be specified, ${SEE}`);
  if (methods.length > 1)
    refuse("only one of ssh_agent_auth, ssh_password, and ssh_private_key_file must be specified", methods[1]);
}

function checkKeys({ value }: Options<SshOptions>, context: PrepareContext, refuse: Refuse): void {
  for (const name of ["ssh_private_key_file", "ssh_bastion_private_key_file"] as const) {
    const path = pathOf(value[name], context);
    const problem = path === undefined ? undefined : privateKeyProblem(path, shownPath(value[name] ?? "", path));
    if (problem !== undefined) refuse(`${name} is invalid: ${problem}`, name);
  }
  if (value.ssh_certificate_file !== undefined && value.ssh_private_key_file === undefined)
    refuse("ssh_private_key_file must be specified if ssh_certificate_file is specified", "ssh_certificate_file");
  if (value.ssh_bastion_certificate_file !== undefined && value.ssh_bastion_private_key_file === undefined)
    refuse(
      "ssh_bastion_private_key_file must be specified if ssh_bastion_certificate_file is specified",
      "ssh_bastion_certificate_file",
    );
  const agent = value.ssh_agent_auth === true ? "ssh_agent_auth" : "ssh_bastion_agent_auth";
  if (value[agent] === true && context.purpose === "build" && (context.env("SSH_AUTH_SOCK") ?? "") === "")
    refuse(`${agent} needs a running SSH agent, and SSH_AUTH_SOCK names none`, agent);
}

/** As it was written, but for the home folder. */
const shownPath = (written: string, path: string): string => (written.startsWith("~") ? path : written);

function checkWayThere(value: SshOptions, refuse: Refuse): void {
  const { ssh_bastion_host: bastion = "", ssh_proxy_host: proxy = "" } = value;
  if (bastion === "") return;
  if (proxy !== "") refuse("please specify either ssh_bastion_host or ssh_proxy_host, not both", "ssh_proxy_host");
  const login = [
    value.ssh_bastion_password,
    value.ssh_bastion_private_key_file ?? value.ssh_private_key_file,
    value.ssh_bastion_agent_auth,
    value.ssh_bastion_interactive,
  ];
  if (!login.some((given) => given !== undefined && given !== "" && given !== false))
    refuse(
      "ssh_bastion_password, ssh_bastion_private_key_file or ssh_bastion_agent_auth must be specified",
      "ssh_bastion_host",
    );
}

const PORTS = ["ssh_port", "ssh_bastion_port", "ssh_proxy_port"] as const;

function checkShapes(value: SshOptions, refuse: Refuse): void {
  const { ssh_file_transfer_method: method = "scp" } = value;
  if (!["scp", "sftp"].includes(method))
    refuse(`ssh_file_transfer_method ('${method}') is invalid, valid methods: sftp, scp`, "ssh_file_transfer_method");
  for (const name of ["ssh_local_tunnels", "ssh_remote_tunnels"] as const) {
    for (const text of value[name] ?? [])
      if (parseTunnel(text) === undefined) refuse(`${name} ('${text}') is invalid: ${tunnelProblem(text)}`, name);
  }
}

/** In Packer's words; a tunnel is written PORT:HOST:PORT. */
function tunnelProblem(text: string): string {
  const [listen = "", ...address] = text.split(":");
  if (address.length === 0) return `Error parsing tunnel '${text}': [${text}]`;
  if (address.length === 1)
    return `Error parsing forwarding, must be a tcp address: address ${address[0]}: missing port in address`;
  const port = address.at(-1) ?? "";
  const [which, wrong] = /^\d+$/.test(port) ? ["listening", listen] : ["forwarding", port];
  return `Error parsing ${which} port, must be a valid port: strconv.Atoi: parsing ${JSON.stringify(wrong)}: invalid syntax`;
}

/** Packer finds out when it connects. */
function checkPorts({ value, rangeOf }: Options<SshOptions>, { purpose }: PrepareContext, report: Reporter): void {
  for (const name of PORTS) {
    const port = value[name] ?? 0;
    // In Go, what is zero is not given.
    if (port === 0 || (port >= 1 && port <= 65_535)) continue;
    const text = `${name} must be between 1 and 65535, not ${port}`;
    report.report(at(purpose === "build" ? optionProblem(text) : optionDoubt(text), rangeOf(`/${name}`)));
  }
}

const KEY_MAKING = [
  "ssh_clear_authorized_keys",
  "ssh_keypair_name",
  "ssh_public_key",
  "ssh_private_key",
  "temporary_key_pair_name",
  "temporary_key_pair_type",
  "temporary_key_pair_bits",
] as const;

function warnOfKeyMaking({ given, rangeOf }: Options<SshOptions>, report: Reporter): void {
  for (const name of KEY_MAKING.filter((option) => given(`/${option}`))) {
    const text = `${name} does nothing here: it is for builders that make a key for the machine`;
    report.report(at(optionDoubt(text), rangeOf(`/${name}`)));
  }
}

/** What Packer knows and pkrts does not do: a warning first, an error when it is built. */
function refuseUnsupported(
  { given, value, rangeOf }: Options<SshOptions>,
  { purpose }: PrepareContext,
  report: Reporter,
): void {
  for (const name of Object.keys(value).filter((option) => given(`/${option}`))) {
    const why = name.startsWith("winrm_") ? "pkrts has no WinRM" : CERTIFICATES.get(name);
    if (why === undefined) continue;
    const text = `${name} is not supported: ${why}`;
    report.report(at(purpose === "build" ? optionProblem(text) : optionDoubt(text), rangeOf(`/${name}`)));
  }
}

const CERTIFICATES = new Map(
  ["ssh_certificate_file", "ssh_bastion_certificate_file"].map((name) => [
    name,
    "the SSH library logs in by keys, without certificates",
  ]),
);
