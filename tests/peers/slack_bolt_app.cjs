// A small app of Slack's own Bolt for JavaScript, which answers everything in a way that is seen.
//
// The environment says where Slack is and by which way to hear from it (see slack_bolt_js.py); the
// line "ready" and a port, 0 without one, says that it does. Its lines otherwise are for people.

const { App, LogLevel } = require("@slack/bolt");

const { WAY, API, BOT_TOKEN, APP_TOKEN, SIGNING_SECRET } = process.env;
const bySocket = WAY === "socket";

const app = new App({
  token: BOT_TOKEN,
  clientOptions: { slackApiUrl: API, retryConfig: { retries: 0 } },
  logLevel: LogLevel.ERROR,
  ...(bySocket ? { socketMode: true, appToken: APP_TOKEN } : { signingSecret: SIGNING_SECRET }),
});

const plain = (text) => ({ type: "plain_text", text });
const section = (text) => ({ type: "section", text: { type: "mrkdwn", text } });
const button = (text, action_id) => ({ type: "button", text: plain(text), action_id, value: "t1" });
const card = (text) => [
  section(text),
  { type: "actions", block_id: "card", elements: [button("Done", "done"), button("Plan", "plan")] },
];
const modal = {
  type: "modal",
  callback_id: "task",
  notify_on_close: true,
  private_metadata: "kept",
  title: plain("New task"),
  submit: plain("Save"),
  blocks: [
    {
      type: "input",
      block_id: "title",
      label: plain("Title"),
      element: { type: "plain_text_input", action_id: "text" },
    },
    {
      type: "input",
      block_id: "day",
      optional: true,
      label: plain("Day"),
      element: { type: "datepicker", action_id: "date" },
    },
  ],
};
const channelOf = async (client, user) =>
  (await client.conversations.open({ users: user })).channel.id;

app.message("stream", async ({ event, client, context }) => {
  const { channel, ts: thread_ts } = event;
  await client.assistant.threads.setStatus({
    channel_id: channel,
    thread_ts,
    status: "is thinking…",
  });
  const { ts } = await client.chat.startStream({
    channel,
    thread_ts,
    markdown_text: "one ",
    recipient_user_id: event.user,
    recipient_team_id: context.teamId,
  });
  await client.chat.appendStream({ channel, ts, markdown_text: "two " });
  await client.chat.stopStream({ channel, ts, markdown_text: "three", blocks: card("counted") });
});

app.message("find", async ({ event, client, say }) => {
  const key = { event_type: "delivery", event_payload: { key: event.ts } };
  await client.chat.postMessage({ channel: event.channel, text: "keyed", metadata: key });
  let found = 0;
  const asked = { channel: event.channel, include_all_metadata: true, limit: 1 };
  for await (const page of client.paginate("conversations.history", asked)) {
    found += page.messages.filter((each) => each.metadata?.event_payload?.key === event.ts).length;
  }
  await say(`found ${found}`);
});

app.message("long", async ({ event, client, say }) => {
  try {
    await client.chat.postMessage({
      channel: event.channel,
      text: "x",
      blocks: [section("x".repeat(3001))],
    });
  } catch (error) {
    await say(`${error.data.error}: ${error.data.response_metadata.messages.at(-1)}`);
  }
});

app.message(/^say (.+)/, async ({ context, say }) => {
  await say({ text: `you said ${context.matches[1]}`, blocks: card(`*${context.matches[1]}*`) });
});

app.event("app_mention", async ({ event, say }) => {
  await say({ text: "in the thread", thread_ts: event.ts });
});

app.event("message", async ({ event, say }) => {
  if (event.subtype === "message_changed") await say(`now it is ${event.message.text}`);
  if (event.subtype === "message_deleted") await say(`gone is ${event.previous_message.text}`);
});

app.event("reaction_added", async ({ event, client }) => {
  await client.chat.postMessage({
    channel: event.item.channel,
    thread_ts: event.item.ts,
    text: `a reaction: ${event.reaction}`,
  });
});

app.event("user_change", async ({ event, client }) => {
  const { user } = await client.users.info({ user: event.user.id, include_locale: true });
  const channel = await channelOf(client, user.id);
  await client.chat.postMessage({ channel, text: `${user.name} is in ${user.tz}, ${user.locale}` });
});

app.event("app_home_opened", async ({ event, client }) => {
  if (event.tab !== "home") return;
  const view = { type: "home", blocks: card("Today") };
  await client.views.publish({ user_id: event.user, view, hash: event.view?.hash });
});

app.command("/pixie", async ({ ack, respond, command }) => {
  await ack("one moment");
  await respond({ text: `you asked ${command.text}`, response_type: "in_channel" });
});

app.action("done", async ({ ack, body, client, respond }) => {
  await ack();
  if (body.view) {
    const view = { type: "home", blocks: [section("All done")] };
    await client.views.publish({ user_id: body.user.id, view, hash: body.view.hash });
  } else {
    await respond({ text: "done", replace_original: true, blocks: [section("done")] });
  }
});

app.action("plan", async ({ ack, body, client }) => {
  await ack();
  await client.views.open({ trigger_id: body.trigger_id, view: modal });
});

app.shortcut("new_task", async ({ ack, shortcut, client }) => {
  await ack();
  await client.views.open({ trigger_id: shortcut.trigger_id, view: modal });
});

app.shortcut("make_task", async ({ ack, shortcut, client, respond }) => {
  await ack();
  const { permalink } = await client.chat.getPermalink({
    channel: shortcut.channel.id,
    message_ts: shortcut.message.ts,
  });
  await respond({ text: `kept ${permalink}`, response_type: "ephemeral" });
});

app.view("task", async ({ ack, view, body, client }) => {
  const title = view.state.values.title.text.value;
  if (title === "nothing") {
    await ack({ response_action: "errors", errors: { title: "That is not much." } });
  } else if (title === "again") {
    await ack({ response_action: "update", view: { ...modal, title: plain("Another task") } });
  } else {
    await ack();
    const day = view.state.values.day.date.selected_date;
    const channel = await channelOf(client, body.user.id);
    await client.chat.postMessage({ channel, text: `${title} on ${day}` });
  }
});

app.view({ callback_id: "task", type: "view_closed" }, async ({ ack, body, client }) => {
  await ack();
  const channel = await channelOf(client, body.user.id);
  await client.chat.postMessage({ channel, text: `closed, ${body.view.private_metadata}` });
});

app.error(async (error) => console.error(`${error.code}: ${error.message}`));

(async () => {
  const server = await app.start({ port: 0, host: "127.0.0.1" });
  console.log(`ready ${bySocket ? 0 : server.address().port}`);
})();
