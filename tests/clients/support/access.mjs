/** Settings of a server with keys: ann may do everything, bob may only read. */
export const protectedServer = {
  AUTHENTICATION_APIKEY_ENABLED: 'true',
  AUTHENTICATION_APIKEY_ALLOWED_KEYS: 'key-of-ann,key-of-bob',
  AUTHENTICATION_APIKEY_USERS: 'ann,bob',
  AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED: 'false',
  AUTHORIZATION_ADMINLIST_ENABLED: 'true',
  AUTHORIZATION_ADMINLIST_USERS: 'ann',
  AUTHORIZATION_ADMINLIST_READONLY_USERS: 'bob',
};
