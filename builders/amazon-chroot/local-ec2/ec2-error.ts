/** A refusal in EC2's own terms: `code` is one of the codes of the EC2 API reference, which SDKs put in `error.name`. */
export class Ec2Error extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
    this.name = "Ec2Error";
  }
}
