import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { baseEnvironment, run } from '../../src/clients/command.ts';
import { ensureTestTools } from '../../tools/setup/python-tools.ts';
import { pythonTools } from './python-tools.ts';

/** By in-toto's own library; what it says is wrong. */
export async function faultsOfStatement(folder: string, statement: object): Promise<string> {
  const program = `import json, sys
from google.protobuf.json_format import ParseDict
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
Statement.copy_from_pb(ParseDict(json.load(open(sys.argv[1])), statement_pb2.Statement())).validate()`;
  return told(join(await ensureTestTools(), 'python'), program, folder, statement);
}

/** By CycloneDX's own validator, strictly. */
export function faultsOfBill(folder: string, bill: object): Promise<string> {
  const program = `import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read())
sys.exit(str(fault) if fault else 0)`;
  return told(join(pythonTools, 'python'), program, folder, bill);
}

async function told(python: string, program: string, folder: string, content: object): Promise<string> {
  const file = join(folder, 'looked-at.json');
  writeFileSync(file, JSON.stringify(content));
  const options = { cwd: folder, env: baseEnvironment(), timeoutSeconds: 60 };
  const end = await run(python, ['-I', '-c', program, file], options);
  return end.exitCode === 0 ? '' : end.stderr || `exit status ${end.exitCode}`;
}
