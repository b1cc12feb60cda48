import type { StatusRecord } from '../record.ts';
import type { Repository } from '../repository.ts';
import type { World } from '../world.ts';
import { nodeId } from './node-id.ts';
import { repositoryUrl } from './repository.ts';
import { userShape } from './user.ts';

/** A status as it stands in a commit's combined status. */
export function simpleStatusShape(world: World, repository: Repository, status: StatusRecord) {
  return {
    url: `${repositoryUrl(world, repository)}/statuses/${status.sha}`,
    avatar_url: userShape(world, status.creator).avatar_url,
    id: status.id,
    node_id: nodeId('SC', status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
  };
}

export function statusShape(world: World, repository: Repository, status: StatusRecord) {
  return { ...simpleStatusShape(world, repository, status), creator: userShape(world, status.creator) };
}
