/* Starts GraphiQL with one tab for each step of a first visit. React, ReactDOM and GraphiQL are globals of the scripts before this one. */
const { email, password } = document.body.dataset;

// Read by GraphiQL's dialogs, which bring a style element of their own.
globalThis.__webpack_nonce__ = document.querySelector('link[nonce]').nonce;

// GraphiQL shows the variables of the first tab only after a change of tabs: this one does without.
const signIn = `# Run this first: it sets the session cookie.
mutation SignIn {
  signIn(input: {
    email: ${JSON.stringify(email || 'you@example.org')}
    password: ${JSON.stringify(password || 'your password')}
  }) {
    viewer {
      user { name email }
      membership { role label }
      organization { name }
    }
  }
}
`;

const viewer = `# Who am I, and what may I do here?
query Viewer {
  viewer {
    user { name email systemRole }
    membership { role label status expiresAt }
    organization { name viewerRole viewerActions }
  }
}
`;

const parkTree = `# My parks, my role on each, and why.
query ParkTree($portfolios: Int = 10, $parks: Int = 20) {
  viewer {
    organization {
      name
      portfolios(first: $portfolios) {
        totalCount
        nodes {
          name
          effectiveRole
          parks(first: $parks, orderBy: { field: CAPACITY, direction: DESC }) {
            totalCount
            nodes {
              name
              plantType
              capacityKw
              effectiveRole
              viewerAccess {
                actions
                trace { layer rule jobRole reason }
              }
            }
            pageInfo { hasNextPage endCursor }
          }
        }
      }
    }
  }
}
`;

const permissionModel = `# What each role may do.
query PermissionModel {
  permissionModel {
    jobRoles { jobRole label actions shareable }
    organizationRoles { role label defaultJobRole actions mayInvite mayAssign }
    permissionGroups { group label fields }
  }
}
`;

const fetcher = GraphiQL.createFetcher({
  url: location.pathname,
  enableIncrementalDelivery: false,
  fetch: (url, request) => fetch(url, { ...request, credentials: 'same-origin' }),
});

ReactDOM.createRoot(document.getElementById('graphiql')).render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultTabs: [signIn, viewer, parkTree, permissionModel].map((query) => ({ query })),
    // Tabs and history may hold a password: they are gone with the browser's tab.
    storage: sessionStorage,
  }),
);
