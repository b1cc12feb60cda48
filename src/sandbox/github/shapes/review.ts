import type { PullRecord, ReviewRecord } from '../record.ts';
import type { Repository } from '../repository.ts';
import type { World } from '../world.ts';
import { associationOf } from './association.ts';
import { nodeId } from './node-id.ts';
import { pullPage, pullUrl } from './pull.ts';
import { userShape } from './user.ts';

export function reviewShape(world: World, repository: Repository, issue: PullRecord, review: ReviewRecord) {
  const page = `${pullPage(world, repository, issue.number)}#pullrequestreview-${review.id}`;
  const pull = pullUrl(world, repository, issue.number);
  return {
    id: review.id,
    node_id: nodeId('PRR', review.id),
    user: userShape(world, review.author),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: pull,
    author_association: associationOf(repository, review.author),
    _links: { html: { href: page }, pull_request: { href: pull } },
    ...(review.submittedAt === null ? {} : { submitted_at: review.submittedAt }),
    commit_id: review.commit,
  };
}
