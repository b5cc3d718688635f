import amazonAccessJson from "./amazon-access.fragment.json" with { type: "json" };
import amazonAmiJson from "./amazon-ami.schema.json" with { type: "json" };
import amazonChrootJson from "./amazon-chroot.schema.json" with { type: "json" };
import amazonParameterstoreJson from "./amazon-parameterstore.schema.json" with { type: "json" };
import amazonSecretsmanagerJson from "./amazon-secretsmanager.schema.json" with { type: "json" };
import ansibleJson from "./ansible.schema.json" with { type: "json" };
import artificeJson from "./artifice.schema.json" with { type: "json" };
import breakpointJson from "./breakpoint.schema.json" with { type: "json" };
import checksumJson from "./checksum.schema.json" with { type: "json" };
import compressJson from "./compress.schema.json" with { type: "json" };
import type { OptionSchemaJson } from "./dialect.js";
import { extended } from "./extended.js";
import fileJson from "./file.schema.json" with { type: "json" };
import fileUploadJson from "./file-upload.schema.json" with { type: "json" };
import httpDataJson from "./http-data.schema.json" with { type: "json" };
import manifestJson from "./manifest.schema.json" with { type: "json" };
import nullJson from "./null.schema.json" with { type: "json" };
import nullDataJson from "./null-data.schema.json" with { type: "json" };
import { optionSchema } from "./option-schema.js";
import type {
  AmazonAmi,
  AmazonChroot,
  AmazonParameterstore,
  AmazonSecretsmanager,
  Ansible,
  Artifice,
  Breakpoint,
  Checksum,
  Compress,
  File,
  FileUpload,
  HttpData,
  Manifest,
  Null,
  NullData,
  Shell,
  ShellLocal,
  Sleep,
} from "./options.gen.js";
import type { OptionSchema } from "./options.js";
import shellJson from "./shell.schema.json" with { type: "json" };
import shellLocalJson from "./shell-local.schema.json" with { type: "json" };
import sleepJson from "./sleep.schema.json" with { type: "json" };
import type { Validator } from "./validator.js";
import {
  amazonAmi,
  amazonChroot,
  amazonParameterstore,
  amazonSecretsmanager,
  ansible,
  artifice,
  breakpoint,
  checksum,
  compress,
  file,
  fileUpload,
  httpData,
  manifest,
  nullBuilder,
  nullData,
  shell,
  shellLocal,
  sleep,
} from "./validators.gen.js";

const FRAGMENTS = [amazonAccessJson];

// TypeScript widens the literals of a JSON module; the schemas are checked when the validators are generated.
const bind = <C>(json: { readonly $id: string }, validate: Validator): OptionSchema<C> =>
  optionSchema<C>(json.$id, extended(json, FRAGMENTS) as unknown as OptionSchemaJson, validate);

export const amazonAmiOptions = bind<AmazonAmi>(amazonAmiJson, amazonAmi);
export const amazonChrootOptions = bind<AmazonChroot>(amazonChrootJson, amazonChroot);
export const amazonParameterstoreOptions = bind<AmazonParameterstore>(amazonParameterstoreJson, amazonParameterstore);
export const amazonSecretsmanagerOptions = bind<AmazonSecretsmanager>(amazonSecretsmanagerJson, amazonSecretsmanager);
export const ansibleOptions = bind<Ansible>(ansibleJson, ansible);
export const artificeOptions = bind<Artifice>(artificeJson, artifice);
export const breakpointOptions = bind<Breakpoint>(breakpointJson, breakpoint);
export const checksumOptions = bind<Checksum>(checksumJson, checksum);
export const compressOptions = bind<Compress>(compressJson, compress);
export const fileUploadOptions = bind<FileUpload>(fileUploadJson, fileUpload);
export const fileOptions = bind<File>(fileJson, file);
export const httpDataOptions = bind<HttpData>(httpDataJson, httpData);
export const manifestOptions = bind<Manifest>(manifestJson, manifest);
export const nullDataOptions = bind<NullData>(nullDataJson, nullData);
export const nullOptions = bind<Null>(nullJson, nullBuilder);
export const shellOptions = bind<Shell>(shellJson, shell);
export const shellLocalOptions = bind<ShellLocal>(shellLocalJson, shellLocal);
export const sleepOptions = bind<Sleep>(sleepJson, sleep);
