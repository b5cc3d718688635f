// What -with-annotations adds: comments for readers who are new to HCL2.

export const FILE_HEADER = [
  "Made from a JSON template by hcl2_upgrade: read it through before you build with it.",
  "Its blocks may move to other files of the same folder, as long as their names end in .pkr.hcl;",
  "`pkrts inspect FOLDER` shows what a folder holds.",
  "",
  "Don't mix Go template calls such as {{ upper `a` }} with HCL2's ${upper(var.a)}: they are not run together.",
];

export const SECTION_HEADERS = {
  packer: ["Versions that this template needs."],
  variables: ["Inputs. JSON templates know text only, so all of them are strings; give them other types as you like."],
  secrets: ["Secrets, read from AWS Secrets Manager: these were calls of aws_secretsmanager."],
  images: ["AMIs, looked up before the builds: these were the source_ami_filter of builders."],
  timestamp: ["Stands for the calls of timestamp."],
  locals: ["Values that are computed, which the defaults of HCL2 variables can't be."],
  sources: ["Sources: these were the builders. Builds below use them by name."],
  build: ["The build: the sources, and what is done to each."],
} as const;

export type Section = keyof typeof SECTION_HEADERS;
