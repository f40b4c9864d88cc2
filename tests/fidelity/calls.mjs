// Slack's own Node client, call after call; what came of them goes out as one line of JSON.
import { WebClient, WebClientEvent } from "@slack/web-api";

const [token, slackApiUrl, channel, user] = process.argv.slice(2);
const retryConfig = { retries: 2, minTimeout: 0, maxTimeout: 0 };
const client = new WebClient(token, { slackApiUrl, retryConfig, logLevel: "error" });
const came = {};

const refused = async (call) => {
  try {
    await call;
    return "not refused";
  } catch (error) {
    return error.data?.error ?? String(error);
  }
};
const text = (words) => ({ type: "mrkdwn", text: words });

came.me = (await client.auth.test()).user_id;
came.scopes = (await client.auth.test()).response_metadata.scopes.includes("chat:write");

came.members = [];
for await (const page of client.paginate("users.list", { limit: 2 })) {
  came.members.push(page.members.map((one) => one.real_name));
}
came.channels = (await client.conversations.list({ types: "public_channel,private_channel", exclude_archived: true })).channels.map((one) => one.name);

const posted = await client.chat.postMessage({
  channel,
  text: "satu",
  blocks: [{ type: "section", text: text("satu & <dua>") }],
  metadata: { event_type: "asal", event_payload: { number: 1 } },
});
await client.chat.postMessage({ channel, text: "balasan", thread_ts: posted.ts });
await client.chat.postEphemeral({ channel, user, text: "hanya untukmu" });
await client.chat.update({ channel, ts: posted.ts, text: "dua", blocks: [] });
await client.reactions.add({ channel, timestamp: posted.ts, name: "tada" });
came.link = (await client.chat.getPermalink({ channel, message_ts: posted.ts })).permalink;
const history = await client.conversations.history({ channel, oldest: posted.ts, inclusive: true, include_all_metadata: true });
came.history = history.messages.map((one) => [one.text, one.metadata?.event_payload.number ?? null, one.reply_count ?? 0]);
came.replies = (await client.conversations.replies({ channel, ts: posted.ts })).messages.map((one) => one.text);

const uploaded = await client.files.uploadV2({
  channel_id: channel,
  initial_comment: "ini berkasnya",
  file_uploads: [
    { file: Buffer.from("a,b\n1,2\n"), filename: "angka.csv" },
    { content: "halo", filename: "halo.txt", title: "Halo" },
  ],
});
came.uploaded = uploaded.files.flatMap((one) => one.files.map((file) => [file.name, file.title, file.size]));
const file = uploaded.files[0].files[0];
const answer = await fetch(file.url_private, { headers: { Authorization: `Bearer ${token}` } });
came.downloaded = await answer.text();
came.named = (await client.files.info({ file: file.id })).file.name;
await client.files.delete({ file: file.id });
came.gone = await refused(client.files.info({ file: file.id }));

const group = await client.conversations.open({ users: `${user}` });
came.dm = group.channel.id.startsWith("D");
const made = await client.conversations.create({ name: "dari-node", is_private: true });
await client.conversations.invite({ channel: made.channel.id, users: user });
await client.conversations.setTopic({ channel: made.channel.id, topic: "Tukar ilmu" });
came.room = (await client.conversations.members({ channel: made.channel.id })).members.length;
came.topic = (await client.conversations.info({ channel: made.channel.id })).channel.topic.value;
await client.conversations.archive({ channel: made.channel.id });

// What a real workspace has besides.
const conversation = (await client.conversations.info({ channel, include_num_members: true })).channel;
came.conversation = [conversation.is_ext_shared, conversation.connected_team_ids, conversation.is_read_only, conversation.previous_names];
const reply = await client.chat.postMessage({ channel, text: "di channel juga", thread_ts: posted.ts, reply_broadcast: true });
came.broadcast = [reply.message.subtype, reply.message.parent_user_id, reply.message.root.text];

came.refused = [
  await refused(client.chat.postMessage({ channel: "C0NOWHERE", text: "x" })),
  await refused(client.chat.postMessage({ channel, blocks: [{ type: "section" }], text: "x" })),
  await refused(client.users.lookupByEmail({ email: "tiada@contoh.id" })),
  await refused(client.apiCall("tidak.ada")),
  await refused(new WebClient("xoxb-wrong", { slackApiUrl, logLevel: "error" }).auth.test()),
];

came.waited = [];
client.on(WebClientEvent.RATE_LIMITED, (seconds) => came.waited.push(seconds));
const person = (await client.users.info({ user })).user;
came.after = person.real_name;
came.person = [person.is_restricted, person.profile.first_name, person.who_can_share_contact_card, person.tz];
console.log(JSON.stringify(came));
