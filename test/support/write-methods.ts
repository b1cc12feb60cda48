import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Visitor } from 'oxc-parser';
import { parsed, root } from './imports.ts';

/** How each way of changing something outside shows in the sandbox's log. A new one needs its line here. */
const SHOWN_BY: Readonly<Record<string, RegExp>> = {
  'GitRemoteWrites.push': /^git push /,
  'IndexWrites.upload': /^(index|testIndex) upload /,
  'GitHubWrites.createPullRequest': /^github create-pull-request /,
  'GitHubWrites.updatePullRequest': /^github update-pull-request /,
  'GitHubWrites.merge': /^github merge-pull-request /,
  'GitHubWrites.createStatus': /^github create-status /,
  'GitHubWrites.createComment': /^github create-comment /,
  'GitHubWrites.updateComment': /^github update-comment /,
  'GitHubWrites.createRelease': /^github create-release /,
  'GitHubWrites.updateRelease': /^github publish-release /,
  'GitHubWrites.deleteRelease': /^github delete-release /,
  'GitHubWrites.uploadAsset': /^github upload-asset /,
  'GitHubWrites.deleteAsset': /^github delete-asset /,
  'GitHubWrites.createIssue': /^github create-issue /,
  'GitHubWrites.updateIssue': /^github update-issue /,
  'GitHubWrites.createMilestone': /^github create-milestone /,
  'GitHubWrites.updateMilestone': /^github update-milestone /,
  'GitHubWrites.addLabels': /^github label-issue /,
  'GitHubWrites.createDiscussion': /^github create-discussion /,
  'GitHubWrites.addToBoard': /^github add-to-board /,
  'GitHubWrites.setOnBoard': /^github set-on-board /,
  'ActionsWrites.dispatchWorkflow': /^github dispatch-workflow /,
  'ActionsWrites.cancelWorkflowRun': /^github cancel-workflow-run /,
  'NoticeWrites.post': /^notices post$/,
  'NoticeWrites.mail': /^notices mail$/,
  'RegistryWrites.push': /^registry put-blob /,
  'RegistryWrites.tag': /^registry put-manifest .*:latest$/,
};

/** What a run changes only as it closes: test/activities/closing-kills.test.ts kills those. */
export const CLOSING: readonly string[] = [
  ...[
    'createMilestone',
    'updateMilestone',
    'addLabels',
    'createDiscussion',
    'addToBoard',
    'setOnBoard',
    'createIssue',
  ].map((name) => `GitHubWrites.${name}`),
  ...['post', 'mail'].map((name) => `NoticeWrites.${name}`),
];

/** What a run only says of itself, as often as it has something new to say: test/activities/telling.test.ts kills those. */
export const TELLING: readonly string[] = ['createStatus', 'createComment', 'updateComment'].map(
  (name) => `GitHubWrites.${name}`,
);

/** Every method of the ports' interfaces named `…Writes`, as `Interface.method`. */
export function writeMethods(): string[] {
  const folder = 'src/activities/ports';
  return readdirSync(join(root, folder)).flatMap((name) => writesIn(`${folder}/${name}`));
}

function writesIn(file: string): string[] {
  const { program } = parsed(file, readFileSync(join(root, file), 'utf8'));
  const methods: string[] = [];
  new Visitor({
    TSInterfaceDeclaration({ id, body }) {
      if (!id.name.endsWith('Writes')) return;
      for (const member of body.body) {
        const named = member.type === 'TSMethodSignature' || member.type === 'TSPropertySignature';
        if (named && member.key.type === 'Identifier') methods.push(`${id.name}.${member.key.name}`);
      }
    },
  }).visit(program);
  return methods;
}

/** Of these, the ones that left no trace among the changes. */
export function unseen(methods: readonly string[], changes: readonly string[]): string[] {
  return methods.filter((method) => !changes.some((change) => SHOWN_BY[method]?.test(change)));
}
