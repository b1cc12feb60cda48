import { Hono } from 'hono';
import { needs } from '../access.ts';
import { readBody } from '../body.ts';
import { store } from '../change.ts';
import { pageOf } from '../paging.ts';
import type { LabelRecord } from '../record.ts';
import { invalid, notFound } from '../refusals.ts';
import type { Repository } from '../repository.ts';
import { labelShape } from '../shapes/label.ts';
import { repositoryUrl } from '../shapes/repository.ts';
import type { Ctx, GithubEnv } from '../world.ts';

const AT_LABELS = '/repos/:owner/:repo/labels';

export function labelRoutes(): Hono<GithubEnv> {
  return new Hono<GithubEnv>()
    .get(AT_LABELS, (c) => {
      const { world, repository } = c.var;
      const page = pageOf(c, repository.record.labels, `${repositoryUrl(world, repository)}/labels`);
      return c.json(page.map((label) => labelShape(world, repository, label)));
    })
    .post(AT_LABELS, needs('write'), async (c) => {
      const { world, repository } = c.var;
      const body = await readBody(c);
      const name = body.text('name');
      const label = await store(c, { action: 'create-label', target: `${repository.fullName} ${name}` }, () => {
        if (findLabel(repository, name)) throw taken();
        return () => addLabel(repository, name, body.maybeText('color'), body.maybeText('description'));
      });
      return c.json(labelShape(world, repository, label), 201);
    })
    .get(`${AT_LABELS}/:label`, (c) => c.json(labelShape(c.var.world, c.var.repository, namedLabel(c))))
    .patch(`${AT_LABELS}/:label`, needs('write'), async (c) => {
      const { world, repository } = c.var;
      const body = await readBody(c);
      const label = namedLabel(c);
      const name = body.maybeText('new_name') ?? label.name;
      await store(c, { action: 'update-label', target: `${repository.fullName} ${label.name}` }, () => {
        const other = findLabel(repository, name);
        if (other && other !== label) throw taken();
        return () => {
          for (const issue of repository.record.issues) {
            issue.labels = issue.labels.map((each) => (each === label.name ? name : each));
          }
          const description = body.nullableText('description');
          Object.assign(label, { name, color: body.maybeText('color') ?? label.color });
          if (description !== undefined) label.description = description;
        };
      });
      return c.json(labelShape(world, repository, label));
    })
    .delete(`${AT_LABELS}/:label`, needs('write'), async (c) => {
      const { repository } = c.var;
      const label = namedLabel(c);
      await store(c, { action: 'delete-label', target: `${repository.fullName} ${label.name}` }, () => () => {
        const { record } = repository;
        record.labels = record.labels.filter((each) => each !== label);
        for (const issue of record.issues) issue.labels = issue.labels.filter((each) => each !== label.name);
      });
      return c.body(null, 204);
    });
}

export function findLabel({ record }: Repository, name: string): LabelRecord | undefined {
  return record.labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
}

export function addLabel(repository: Repository, name: string, color = 'ededed', description?: string): LabelRecord {
  const label = { id: repository.newId(), name, color, description: description ?? null, default: false };
  repository.record.labels.push(label);
  return label;
}

/** Labels by the names that they have here; those that are new are made, as GitHub does. */
export function settledLabels(repository: Repository, names: readonly string[]): string[] {
  return [...new Set(names.map((name) => (findLabel(repository, name) ?? addLabel(repository, name)).name))];
}

function namedLabel(c: Ctx): LabelRecord {
  const label = findLabel(c.var.repository, c.req.param('label')!);
  if (!label) throw notFound();
  return label;
}

function taken() {
  return invalid({ resource: 'Label', field: 'name', code: 'already_exists' });
}
