import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { Problem } from '../../domain/problem.ts';
import type { Project } from '../../domain/project.ts';
import { releaseStatement, statementName } from '../../domain/release-statement.ts';
import type { ArtifactRef, Manifest, RunState } from '../../domain/run/state.ts';
import { SBOM } from '../../domain/sbom.ts';
import type { ReleaseContext } from '../index.ts';
import type { PublishDeps } from './deps.ts';

const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

export type Asked = Pick<ReleaseContext, 'id' | 'project' | 'version'> & {
  readonly run: string;
  readonly runId: string;
  readonly commit: string;
  readonly manifest: Manifest;
};

/** What is published beside the files: the statement of how they came to be, made once, and what is in them. */
export async function attachmentsOf(deps: PublishDeps, asked: Asked): Promise<ArtifactRef[]> {
  const { archive, store } = deps;
  const { id, project, version, run, manifest } = asked;
  const key = `statement ${id} ${run} ${manifest.digest}`;
  const claimed = (await archive.claimed(key)) ?? (await archive.claim(key, { file: await made() }));
  return [claimed.file as ArtifactRef, ...manifest.extras.filter(({ name }) => name === SBOM)];

  async function made(): Promise<ArtifactRef> {
    const text = JSON.stringify(await stated(deps, asked));
    const signer = await signerOf(deps, project);
    const content = signer ? `${JSON.stringify(envelope(text, signer))}\n` : `${text}\n`;
    return store.put(statementName(project, version, signer !== undefined), content);
  }
}

async function stated({ directory, executions }: PublishDeps, { id, runId, project, manifest, commit }: Asked) {
  const state = (await executions.state(id, runId)) as unknown as RunState;
  return releaseStatement({ state, project, manifest, commit, service: await directory.url() });
}

async function signerOf({ credentials }: PublishDeps, { publish }: Project): Promise<KeyObject | undefined> {
  const name = publish.statement?.sign.key;
  if (name === undefined) return undefined;
  const key = readable(await credentials.key(name));
  if (key?.asymmetricKeyType !== 'ed25519')
    throw new Problem('credential-refused', `the credential file ${name} holds no Ed25519 private key as PEM (PKCS#8)`);
  return key;
}

function readable(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined; // what OpenSSL says of it helps nobody
  }
}

/** DSSE (v1): the signature is over the type and the very bytes. The key is named by the sha256 of its public half (DER). */
function envelope(text: string, key: KeyObject) {
  const body = Buffer.from(text);
  const head = `DSSEv1 ${Buffer.byteLength(PAYLOAD_TYPE)} ${PAYLOAD_TYPE} ${body.length} `;
  const der = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const keyid = createHash('sha256').update(der).digest('hex');
  const sig = sign(null, Buffer.concat([Buffer.from(head), body]), key).toString('base64');
  return { payloadType: PAYLOAD_TYPE, payload: body.toString('base64'), signatures: [{ keyid, sig }] };
}
