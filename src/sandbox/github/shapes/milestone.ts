import type { MilestoneRecord } from '../record.ts';
import type { Repository } from '../repository.ts';
import type { World } from '../world.ts';
import { nodeId } from './node-id.ts';
import { repositoryPage, repositoryUrl } from './repository.ts';
import { userShape } from './user.ts';

export function milestoneShape(world: World, repository: Repository, milestone: MilestoneRecord) {
  const url = `${repositoryUrl(world, repository)}/milestones/${milestone.number}`;
  const issues = repository.record.issues.filter((issue) => issue.milestone === milestone.number);
  return {
    url,
    html_url: `${repositoryPage(world, repository)}/milestone/${milestone.number}`,
    labels_url: `${url}/labels`,
    id: milestone.id,
    node_id: nodeId('MI', milestone.id),
    number: milestone.number,
    title: milestone.title,
    description: milestone.description,
    creator: userShape(world, milestone.creator),
    open_issues: issues.filter((issue) => issue.state === 'open').length,
    closed_issues: issues.filter((issue) => issue.state === 'closed').length,
    state: milestone.state,
    created_at: milestone.createdAt,
    updated_at: milestone.updatedAt,
    due_on: milestone.dueOn,
    closed_at: milestone.closedAt,
  };
}

export function milestoneOf(world: World, repository: Repository, number: number | null) {
  const milestone = repository.record.milestones.find((each) => each.number === number);
  return milestone ? milestoneShape(world, repository, milestone) : null;
}
