// A real provider of identities (npm's oidc-provider) on loopback, for one client that gets JWT access tokens.
// Prints one line of JSON when it listens: its issuer, and where it gives tokens.
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const [audience, minutes] = process.argv.slice(2);
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'duty.manager',
      client_secret: 'for a test on loopback only',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    }],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: 'muster',
          audience,
          accessTokenFormat: 'jwt',
          accessTokenTTL: Number(minutes) * 60,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    extraTokenClaims: () => ({ roles: ['lead', 'something else'] }),
    formats: {
      customizers: {
        jwt: (ctx, token, jwt) => {
          jwt.payload.nbf = jwt.payload.iat;
        },
      },
    },
  });
  server.on('request', provider.callback());
  console.log(JSON.stringify({ issuer, token: `${issuer}/token`, jwks: `${issuer}/jwks` }));
});
