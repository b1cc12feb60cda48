import type { DeliveryRecord, HookRecord } from '../record.ts';
import type { Repository } from '../repository.ts';
import type { World } from '../world.ts';
import { repositoryUrl } from './repository.ts';

export function hookUrl(world: World, repository: Repository, id: number): string {
  return `${repositoryUrl(world, repository)}/hooks/${id}`;
}

export function hookShape(world: World, repository: Repository, hook: HookRecord) {
  const url = hookUrl(world, repository, hook.id);
  const [last] = repository.deliveries.of(hook.id);
  return {
    type: 'Repository',
    id: hook.id,
    name: 'web',
    active: hook.active,
    events: hook.events,
    config: {
      url: hook.url,
      content_type: hook.contentType,
      insecure_ssl: hook.insecureSsl,
      ...(hook.secret === null ? {} : { secret: '********' }),
    },
    updated_at: hook.updatedAt,
    created_at: hook.createdAt,
    url,
    test_url: `${url}/test`,
    ping_url: `${url}/pings`,
    deliveries_url: `${url}/deliveries`,
    last_response: last
      ? { code: last.statusCode, status: last.statusCode < 400 ? 'active' : 'misconfigured', message: last.status }
      : { code: null, status: 'unused', message: null },
  };
}

export function deliverySummary(repository: Repository, delivery: DeliveryRecord) {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.seconds,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: null,
    repository_id: repository.record.id,
    throttled_at: null,
  };
}

export function deliveryShape(repository: Repository, hook: HookRecord, delivery: DeliveryRecord) {
  return {
    ...deliverySummary(repository, delivery),
    url: hook.url,
    request: { headers: delivery.requestHeaders, payload: delivery.payload },
    response: { headers: delivery.responseHeaders, payload: delivery.responseBody },
  };
}
