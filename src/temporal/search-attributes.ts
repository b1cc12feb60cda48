import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, isGrpcServiceError } from '@temporalio/client';
import proto, { type temporal } from '@temporalio/proto';

const { IndexedValueType } = proto.temporal.api.enums.v1;
type ValueType = temporal.api.enums.v1.IndexedValueType;

/** gRPC's INVALID_ARGUMENT: the server does not know an attribute that a query names. */
const INVALID_ARGUMENT = 3;
const NO_RUN = '00000000-0000-0000-0000-000000000000';
/** A server looks at its namespaces every two seconds, or as it is told; the dev server at each call. */
const KNOWN_WITHIN_MS = 60_000;
const LOOK_AGAIN_MS = 100;

/** What runs are found by. A SQL store has ten slots for Keyword and three for KeywordList: spend them sparingly. */
export const SEARCH_ATTRIBUTES = {
  SlipwayKind: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  SlipwayProject: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  SlipwayVersion: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  SlipwayPhase: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  SlipwayStatus: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  SlipwayWaitingFor: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
  SlipwayOutcome: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
} as const satisfies Record<string, ValueType>;

/**
 * Registers what is missing, and returns once the server counts it as known: until then it refuses a run that is started with
 * it. Done at every start: the dev server's own flags count only when a namespace is created, and a run whose attribute is
 * unknown to the server hangs.
 */
export async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const { operatorService } = connection;
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  const wanted = Object.entries(SEARCH_ATTRIBUTES);

  const conflicts = wanted.flatMap(([name, type]) => {
    const there = customAttributes[name];
    return there === undefined || there === type ? [] : [`${name} is ${word(there)}, Slipway needs ${word(type)}`];
  });
  if (conflicts.length > 0) {
    throw new Error(
      `Search attributes of the Temporal namespace ${namespace} have another type: ${conflicts.join('; ')}. ` +
        'Remove them there (temporal operator search-attribute remove) or use a namespace of its own for Slipway.',
    );
  }

  const searchAttributes = Object.fromEntries(wanted.filter(([name]) => !(name in customAttributes)));
  if (Object.keys(searchAttributes).length > 0)
    await operatorService.addSearchAttributes({ namespace, searchAttributes });
  await untilKnown(connection, namespace);
}

async function untilKnown({ workflowService }: Connection, namespace: string): Promise<void> {
  const names = Object.keys(SEARCH_ATTRIBUTES).map((name) => `${name} IS NULL`);
  const query = `RunId = '${NO_RUN}' AND (${names.join(' OR ')})`; // costs the server nothing
  for (const until = Date.now() + KNOWN_WITHIN_MS; ; await sleep(LOOK_AGAIN_MS)) {
    try {
      return void (await workflowService.listWorkflowExecutions({ namespace, query, pageSize: 1 }));
    } catch (error) {
      if (!isGrpcServiceError(error) || Number(error.code) !== INVALID_ARGUMENT) throw error;
      if (Date.now() > until)
        throw new Error(
          `The Temporal server took the search attributes of the namespace ${namespace}, and does not know them ` +
            `${KNOWN_WITHIN_MS / 1000} s later (${error.details}). Look at its log, and start Slipway again.`,
          { cause: error },
        );
    }
  }
}

/** INDEXED_VALUE_TYPE_KEYWORD_LIST, as the Temporal CLI says it: KeywordList. */
function word(type: ValueType): string {
  return (IndexedValueType[type] ?? String(type))
    .replace('INDEXED_VALUE_TYPE_', '')
    .split('_')
    .map((part) => part.charAt(0) + part.slice(1).toLowerCase())
    .join('');
}
