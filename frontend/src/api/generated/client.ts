/**
 * Generated from openapi.json by `npm run generate`; do not edit.
 */
export * from './accounts';
export * from './auth';
export * from './client.schemas';
export * from './comments';
export * from './credentials';
export * from './dashboard';
export * from './data-exports';
export * from './identities';
export * from './invitations';
export * from './jobs';
export * from './live';
export * from './notifications';
export * from './oidc';
export * from './passkeys';
export * from './posts';
export * from './reports';
export * from './security-events';
export * from './sessions';
export * from './system';
export * from './tokens';
export * from './two-factor-authentication';
export * from './users';
