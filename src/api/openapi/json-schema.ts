import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

/** A schema by itself, and those with a name that it refers to. */
export function schemaOf(schema: z.ZodType, io: 'input' | 'output', closed = false) {
  const {
    $schema: _dialect,
    $defs = {},
    ...own
  } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      if (io === 'output' && !closed && jsonSchema.additionalProperties === false)
        delete jsonSchema.additionalProperties;
    },
  });
  const { id, ...named } = own as JsonSchema;
  const moved = moveRefs({ ...($defs as JsonSchema), ...(typeof id === 'string' ? { [id]: named } : {}) });
  return {
    schema: (typeof id === 'string' ? { $ref: `#/components/schemas/${id}` } : moveRefs(own)) as JsonSchema,
    named: moved as Record<string, JsonSchema>,
  };
}

function moveRefs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(moveRefs);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key, inner]) => !(key === 'id' && typeof inner === 'string'));
  return Object.fromEntries(
    entries.map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string'
        ? inner.replace('#/$defs/', '#/components/schemas/')
        : moveRefs(inner),
    ]),
  );
}
