import { type GraphQLSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType, isUnionType } from 'graphql';

interface FieldShape {
  readonly type: string;
  readonly args: Record<string, string>;
}

export interface TypeShape {
  readonly fields: Record<string, FieldShape>;
  /** Interfaces of a type, members of a union, values of an enumeration. */
  readonly names: string[];
}

/** What a schema says of these types, as plain data. */
export function shapesOf(schema: GraphQLSchema, types: readonly string[]): Record<string, TypeShape> {
  return Object.fromEntries(types.map((name) => [name, shapeOf(schema, name)]));
}

export function ownTypes(schema: GraphQLSchema): string[] {
  const builtIn = /^(__.*|String|Int|Float|Boolean|ID)$/;
  return Object.keys(schema.getTypeMap()).filter((name) => !builtIn.test(name));
}

function shapeOf(schema: GraphQLSchema, name: string): TypeShape {
  const type = schema.getType(name);
  if (isObjectType(type) || isInterfaceType(type)) {
    const fields = Object.values(type.getFields()).map((field): [string, FieldShape] => [
      field.name,
      { type: String(field.type), args: Object.fromEntries(field.args.map((one) => [one.name, String(one.type)])) },
    ]);
    return { fields: Object.fromEntries(fields), names: type.getInterfaces().map((one) => one.name) };
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).map((field): [string, FieldShape] => [
      field.name,
      { type: String(field.type), args: {} },
    ]);
    return { fields: Object.fromEntries(fields), names: [] };
  }
  if (isUnionType(type)) return { fields: {}, names: type.getTypes().map((one) => one.name) };
  if (isEnumType(type)) return { fields: {}, names: type.getValues().map((one) => one.name) };
  return { fields: {}, names: [] };
}
