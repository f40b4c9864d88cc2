// Somebody else's app for several workspaces: Bolt for JavaScript over HTTP, installed by OAuth, as its documentation writes one.
import bolt from "@slack/bolt";

const [port, clientId, clientSecret, signingSecret, slackApiUrl, authorizationUrl] = process.argv.slice(2);
const tell = (what) => console.log(JSON.stringify(what));
const LONG_AGO = 1;

const installations = new Map();
const keyOf = (one) => (one.isEnterpriseInstall ? one.enterprise?.id ?? one.enterpriseId : one.team?.id ?? one.teamId);
const installationStore = {
  storeInstallation: async (installation) => {
    installations.set(keyOf(installation), installation);
    const { team, enterprise, bot, user, isEnterpriseInstall } = installation;
    tell({ stored: keyOf(installation), team: team?.id ?? null, enterprise: enterprise?.id ?? null, bot: bot.userId, user: user.id, isEnterpriseInstall });
  },
  fetchInstallation: async (query) => installations.get(keyOf(query)),
};

const app = new bolt.App({
  clientId,
  clientSecret,
  signingSecret,
  stateSecret: "for this test alone",
  scopes: ["chat:write", "commands", "im:write"],
  redirectUri: `http://127.0.0.1:${port}/slack/oauth_redirect`,
  installationStore,
  installerOptions: { directInstall: true, redirectUriPath: "/slack/oauth_redirect", authorizationUrl },
  clientOptions: { slackApiUrl },
  logLevel: "error",
});

app.command("/contoh", async ({ ack, command, client, context }) => {
  if (command.text === "tua") {
    // As twelve hours later: the next request has to renew the token first.
    for (const one of installations.values()) one.bot.expiresAt = LONG_AGO;
    return ack("tua");
  }
  await ack(`baik: ${context.isEnterpriseInstall ? context.enterpriseId : context.teamId}`);
  await client.chat.postMessage({ channel: command.user_id, text: `halo ${command.user_id}` });
  tell({ posted: command.user_id });
});

app.event("tokens_revoked", async ({ event, context }) => tell({ revoked: event.tokens.bot, of: context.teamId }));

await app.start(Number(port));
tell({ started: true });
