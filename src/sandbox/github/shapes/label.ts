import type { LabelRecord } from '../record.ts';
import type { Repository } from '../repository.ts';
import type { World } from '../world.ts';
import { nodeId } from './node-id.ts';
import { repositoryUrl } from './repository.ts';

export function labelShape(world: World, repository: Repository, label: LabelRecord) {
  return {
    id: label.id,
    node_id: nodeId('LA', label.id),
    url: `${repositoryUrl(world, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: label.default,
    description: label.description,
  };
}

export function labelShapes(world: World, repository: Repository, names: readonly string[]) {
  const { labels } = repository.record;
  return names.flatMap((name) => {
    const label = labels.find((each) => each.name === name);
    return label ? [labelShape(world, repository, label)] : [];
  });
}
