// Somebody else's app: Bolt for JavaScript in Socket Mode, as its documentation writes one.
import bolt from "@slack/bolt";

const [token, appToken, slackApiUrl] = process.argv.slice(2);
const clientOptions = { slackApiUrl };
const receiver = new bolt.SocketModeReceiver({
  appToken,
  clientPingTimeout: 1000, // it also waits this long before it dials anew
  logLevel: "error",
  installerOptions: { clientOptions },
});
const app = new bolt.App({ token, receiver, clientOptions, logLevel: "error" });

const text = (words) => ({ type: "plain_text", text: words });
const tell = (what) => console.log(JSON.stringify(what));

const form = {
  type: "modal",
  callback_id: "form",
  notify_on_close: true,
  title: text("Judul"),
  submit: text("Kirim"),
  blocks: [
    {
      type: "input",
      block_id: "name",
      label: text("Nama"),
      element: { type: "plain_text_input", action_id: "value" },
    },
    {
      type: "actions",
      block_id: "more",
      elements: [{ type: "button", action_id: "deeper", text: text("Lagi") }],
    },
  ],
};
const page = (title, words) => ({
  type: "modal",
  title: text(title),
  blocks: [{ type: "section", text: { type: "mrkdwn", text: words } }],
});

app.command("/contoh", async ({ command, ack, respond, client }) => {
  if (command.text === "form") {
    await ack();
    await client.views.open({ trigger_id: command.trigger_id, view: form });
  } else {
    await ack(`baik: ${command.text}`);
    await respond({ text: "sesudah itu", response_type: "in_channel" });
  }
});

app.action("deeper", async ({ ack, body, client }) => {
  await ack();
  await client.views.push({ trigger_id: body.trigger_id, view: page("Dalam", "di atas") });
});

app.view("form", async ({ ack, body, view, client }) => {
  const name = view.state.values.name.value.value;
  if (name.length < 3) {
    await ack({ response_action: "errors", errors: { name: "terlalu pendek" } });
    return;
  }
  await ack({ response_action: "update", view: page("Terima kasih", `Halo, ${name}`) });
  await client.chat.postMessage({
    channel: body.user.id,
    text: "Jadi?",
    blocks: [
      { type: "section", text: { type: "mrkdwn", text: "Jadi?" } },
      { type: "actions", elements: [{ type: "button", action_id: "go", text: text("Ya"), value: name }] },
    ],
  });
});

app.view({ callback_id: "form", type: "view_closed" }, async ({ ack, body }) => {
  await ack();
  tell({ closed: body.is_cleared });
});

app.action("go", async ({ ack, action, respond }) => {
  await ack();
  await respond({ text: `Jadi, ${action.value}.`, replace_original: true });
  await respond({ text: "hanya untukmu", response_type: "ephemeral", replace_original: false });
});

app.shortcut("start", async ({ ack, shortcut, client }) => {
  await ack();
  await client.views.open({ trigger_id: shortcut.trigger_id, view: page("Mulai", "dari pintasan") });
});

app.event("app_home_opened", async ({ event, client }) => {
  const blocks = [{ type: "section", text: { type: "mrkdwn", text: `Rumah <@${event.user}>` } }];
  await client.views.publish({ user_id: event.user, view: { type: "home", blocks } });
});

app.event("member_joined_channel", async ({ event, say }) => {
  await say(`Selamat datang, <@${event.user}>`);
});

app.message("halo", async ({ message, say }) => {
  await say({ text: `halo juga, <@${message.user}>`, thread_ts: message.ts });
});

await app.start();
tell({ started: true });
