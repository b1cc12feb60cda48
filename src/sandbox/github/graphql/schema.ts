import { buildSchema } from 'graphql';

/** The part of GitHub's schema that is answered here; a test holds every line of it against GitHub's own. */
export const SCHEMA = `
scalar DateTime
scalar URI
scalar Date

interface Node { id: ID! }

type Query {
  node(id: ID!): Node
  repository(owner: String!, name: String!, followRenames: Boolean = true): Repository
  repositoryOwner(login: String!): RepositoryOwner
}

type Mutation {
  createDiscussion(input: CreateDiscussionInput!): CreateDiscussionPayload
  addProjectV2ItemById(input: AddProjectV2ItemByIdInput!): AddProjectV2ItemByIdPayload
  updateProjectV2ItemFieldValue(input: UpdateProjectV2ItemFieldValueInput!): UpdateProjectV2ItemFieldValuePayload
}

interface RepositoryOwner { login: String! }
interface ProjectV2Owner { projectV2(number: Int!): ProjectV2 }
type User implements RepositoryOwner & ProjectV2Owner { login: String! projectV2(number: Int!): ProjectV2 }
type Organization implements RepositoryOwner & ProjectV2Owner { login: String! projectV2(number: Int!): ProjectV2 }

type Repository implements Node {
  id: ID!
  discussionCategories(first: Int, after: String): DiscussionCategoryConnection!
  discussions(first: Int, after: String, categoryId: ID, orderBy: DiscussionOrder): DiscussionConnection!
}

type PageInfo { hasNextPage: Boolean! endCursor: String }
type DiscussionCategoryConnection { nodes: [DiscussionCategory] }
type DiscussionCategory implements Node { id: ID! name: String! }
type DiscussionConnection { nodes: [Discussion] pageInfo: PageInfo! totalCount: Int! }
type Discussion implements Node { id: ID! number: Int! url: URI! title: String! body: String! createdAt: DateTime! }
enum DiscussionOrderField { CREATED_AT UPDATED_AT }
enum OrderDirection { ASC DESC }
input DiscussionOrder { field: DiscussionOrderField! direction: OrderDirection! }

input CreateDiscussionInput {
  repositoryId: ID!
  categoryId: ID!
  title: String!
  body: String!
  clientMutationId: String
}
type CreateDiscussionPayload { discussion: Discussion clientMutationId: String }

type ProjectV2 implements Node { id: ID! number: Int! title: String! field(name: String!): ProjectV2FieldConfiguration }
interface ProjectV2FieldCommon { id: ID! name: String! dataType: ProjectV2FieldType! }
enum ProjectV2FieldType { TEXT SINGLE_SELECT NUMBER DATE }
type ProjectV2Field implements ProjectV2FieldCommon { id: ID! name: String! dataType: ProjectV2FieldType! }
type ProjectV2IterationField implements ProjectV2FieldCommon { id: ID! name: String! dataType: ProjectV2FieldType! }
type ProjectV2SingleSelectField implements ProjectV2FieldCommon {
  id: ID!
  name: String!
  dataType: ProjectV2FieldType!
  options(names: [String!]): [ProjectV2SingleSelectFieldOption!]!
}
type ProjectV2SingleSelectFieldOption { id: String! name: String! }
union ProjectV2FieldConfiguration = ProjectV2Field | ProjectV2IterationField | ProjectV2SingleSelectField

type ProjectV2Item implements Node {
  id: ID!
  project: ProjectV2!
  fieldValueByName(name: String!): ProjectV2ItemFieldValue
}
type ProjectV2ItemConnection { nodes: [ProjectV2Item] }
type ProjectV2ItemFieldSingleSelectValue { name: String optionId: String }
type ProjectV2ItemFieldTextValue { text: String }
union ProjectV2ItemFieldValue = ProjectV2ItemFieldSingleSelectValue | ProjectV2ItemFieldTextValue

type Issue implements Node { id: ID! number: Int! projectItems(first: Int, after: String): ProjectV2ItemConnection! }
type PullRequest implements Node { id: ID! number: Int! projectItems(first: Int, after: String): ProjectV2ItemConnection! }

input AddProjectV2ItemByIdInput { projectId: ID! contentId: ID! clientMutationId: String }
type AddProjectV2ItemByIdPayload { item: ProjectV2Item clientMutationId: String }
input ProjectV2FieldValue { text: String number: Float date: Date singleSelectOptionId: String iterationId: String }
input UpdateProjectV2ItemFieldValueInput {
  projectId: ID!
  itemId: ID!
  fieldId: ID!
  value: ProjectV2FieldValue!
  clientMutationId: String
}
type UpdateProjectV2ItemFieldValuePayload { projectV2Item: ProjectV2Item clientMutationId: String }
`;

export const schema = buildSchema(SCHEMA);
