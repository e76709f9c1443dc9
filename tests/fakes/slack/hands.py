"""What people do with the app's buttons, commands, shortcuts and forms."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tests.fakes.slack import form, payloads
from tests.fakes.slack.blocks import HOME, MODAL
from tests.fakes.slack.channels import Channel, Message, find_element, offered
from tests.fakes.slack.deliveries import COMMANDS, INTERACTIVE, Delivery
from tests.fakes.slack.errors import ApiError, Json
from tests.fakes.slack.replies import answered
from tests.fakes.slack.views import View, read_view

if TYPE_CHECKING:
    from tests.fakes.slack.workspace import Workspace


class Hands:
    """Of a person."""

    workspace: "Workspace"
    id: str
    chosen: dict[tuple[str, str], form.Typed]
    """What they have picked in messages, by channel and ts."""
    failures: list[str]
    """What Slack itself has told them that went wrong."""

    @property
    def modal(self) -> View | None:
        """What they have before them."""
        views = self.workspace.views.open_for(self._me)
        return views[-1] if views else None

    @property
    def home(self) -> View | None:
        """What their App Home shows."""
        return self.workspace.views.home_of(self._me)

    @property
    def _me(self) -> Any:
        return self

    def commands(self, name: str, text: str = "", channel: Channel | None = None) -> Delivery:
        """Types a slash command. Raises: LookupError when there is no such command."""
        world = self.workspace.world
        if world.app.commands is not None and name not in world.app.commands:
            raise LookupError(f"{name} is not a valid command")
        where = channel or self.workspace.im(self.id)
        url = world.response_url("commands", self._me, where)
        payload = payloads.command(self._me, name, payloads.typed(text), where)
        payload["trigger_id"] = world.trigger(self._me).id
        payload["response_url"] = world.url + url.path

        def show(answer: Any) -> None:
            if answer:
                said = {"text": answer} if isinstance(answer, str) else answer
                answered(url, said)

        return self._tell(payload, COMMANDS, show)

    def taps(self, where: Message | View, wanted: str, value: Any = None) -> Delivery:
        """Presses a button, or picks in a menu, named by label or action_id.

        `value` is what is picked: an option's text or value, several of them, a date, a time.
        Naming an option of a menu or an overflow picks it. Raises: LookupError, ValueError.
        """
        block, element = find_element(where.blocks, wanted)
        if value is None and any(wanted == each["text"]["text"] for each in offered(element)):
            value = wanted
        return self.taps_element(where, block, element, value)

    def taps_element(
        self, where: Message | View, block: Json, element: Json, value: Any = None
    ) -> Delivery:
        """As `taps`, on any element: also one of an older version, or made up."""
        typed = self._typed(where)
        now: Json = {}
        if form.holds(element):
            now = form.filled(element, value)
            typed[block["block_id"], element["action_id"]] = now
        elif element["type"] == "overflow":
            now = {"selected_option": form.filled({**element, "type": "static_select"}, value)}
            now = {"selected_option": now["selected_option"]["selected_option"]}
        elif element["type"] == "feedback_buttons":
            now = {"text": {}, "value": element[f"{value or 'positive'}_button"]["value"]}
        action = form.action(block, element, now, self.workspace.world.ts())
        return self._act(where, action)

    def picks(self, where: Message | View, wanted: str, value: Any) -> None:
        """Fills in a field that tells nobody: by block_id, action_id or label."""
        block, element = form.named(where.blocks, wanted)
        typed = self._typed(where)
        typed[block["block_id"], element["action_id"]] = form.filled(element, value)

    def submits(
        self, view: View | None = None, values: Mapping[str, Any] | None = None, **named: Any
    ) -> Delivery:
        """Fills in fields, by block_id, action_id or label, and presses Submit.

        Raises: ValueError when Slack does not let them, as required fields are empty.
        """
        shown = self._open(view)
        for name, value in {**(values or {}), **named}.items():
            self.picks(shown, name, value)
        return self.presses_submit(shown)

    def presses_submit(self, view: View | None = None) -> Delivery:
        """Submits what is filled in."""
        shown = self._open(view)
        if shown.json["submit"] is None:
            raise LookupError(f"{shown.title!r} cannot be submitted")
        if empty := form.missing(shown.blocks, shown.values):
            raise ValueError(f"required: {', '.join(empty)}")
        shown.errors = {}
        payload = payloads.interaction(
            self._me,
            "view_submission",
            trigger_id=self.workspace.world.trigger(self._me, shown).id,
            view=shown.as_payload(),
            response_urls=[],
        )
        return self._tell(payload, INTERACTIVE, lambda answer: self._submitted(shown, answer))

    def closes(self, view: View | None = None, *, all_of_them: bool = False) -> Delivery | None:
        """Closes a modal, or all; the app is told if it asked for that."""
        shown = self._open(view)
        going = self.workspace.views.open_for(self._me) if all_of_them else [shown]
        cleared = all_of_them or bool(shown.json["clear_on_close"])
        if shown.json["clear_on_close"]:
            going = self.workspace.views.open_for(self._me)
        for each in going:
            each.closed = True
        self.workspace.world.touch()
        if not shown.json["notify_on_close"]:
            return None
        payload = payloads.interaction(
            self._me, "view_closed", view=shown.as_payload(), is_cleared=cleared
        )
        return self._tell(payload)

    def shortcut(self, callback_id: str) -> Delivery:
        """Uses a global shortcut."""
        world = self.workspace.world
        return self._tell(
            payloads.interaction(
                self._me,
                "shortcut",
                callback_id=callback_id,
                action_ts=world.ts(),
                trigger_id=world.trigger(self._me).id,
            )
        )

    def message_shortcut(self, callback_id: str, message: Message) -> Delivery:
        """Uses a shortcut on a message."""
        world = self.workspace.world
        channel = message.channel
        url = world.response_url("app", self._me, channel)
        return self._tell(
            payloads.interaction(
                self._me,
                "message_action",
                callback_id=callback_id,
                action_ts=world.ts(),
                trigger_id=world.trigger(self._me).id,
                response_url=world.url + url.path,
                message_ts=message.ts,
                channel=payloads.channel_named(channel),
                message=message.json,
            )
        )

    def opens_home(self, tab: str = "home") -> None:
        """Looks at the app: "home" or "messages"."""
        channel = self.workspace.im(self.id)
        channel.open = True
        event: Json = {"type": "app_home_opened", "user": self.id, "channel": channel.id}
        event["tab"] = tab
        if tab == HOME and self.home is not None:
            event["view"] = self.home.as_payload()
        self.workspace.event(event)

    def _act(self, where: Message | View, action: Json) -> Delivery:
        world = self.workspace.world
        shown: Json = {"actions": [action]}
        if isinstance(where, View):
            opened = where if where.json["type"] == MODAL else None
            shown |= {
                "trigger_id": world.trigger(self._me, opened).id,
                "container": {"type": "view", "view_id": where.id},
                "view": where.as_payload(),
            }
            return self._tell(payloads.interaction(self._me, "block_actions", **shown))
        url = world.response_url("actions", self._me, where.channel, where)
        container = {
            "type": "message",
            "message_ts": where.ts,
            "channel_id": where.channel.id,
            "is_ephemeral": where.ephemeral,
        }
        if where.thread_ts:
            container["thread_ts"] = where.thread_ts
        shown |= {
            "trigger_id": world.trigger(self._me).id,
            "container": container,
            "channel": payloads.channel_named(where.channel),
            "state": form.state(where.blocks, self._typed(where)),
            "response_url": world.url + url.path,
        }
        if not where.ephemeral:
            shown["message"] = where.json
        return self._tell(payloads.interaction(self._me, "block_actions", **shown))

    def _typed(self, where: Message | View) -> form.Typed:
        if isinstance(where, View):
            return where.typed
        return self.chosen.setdefault((where.channel.id, where.ts), {})

    def _open(self, view: View | None) -> View:
        shown = view or self.modal
        if shown is None or shown.closed:
            raise LookupError("no modal is open")
        return shown

    def _submitted(self, view: View, answer: Any) -> None:
        """What the app wants to happen after a submission.

        https://docs.slack.dev/surfaces/modals#updating_views, …#displaying_errors
        """
        views = self.workspace.views
        if not answer:
            view.closed = True
            return
        if not isinstance(answer, dict):
            raise ApiError("invalid_response")
        match answer.get("response_action"):
            case None:
                view.closed = True
            case "clear":
                for each in views.open_for(self._me):
                    each.closed = True
            case "errors":
                errors = answer.get("errors")
                inputs = {each["block_id"] for each in view.blocks if each["type"] == "input"}
                if not isinstance(errors, dict) or not errors or not inputs >= set(errors):
                    raise ApiError("invalid_errors")
                view.errors = {name: str(words) for name, words in errors.items()}
            case "update":
                views.replace(view, read_view(answer.get("view"), MODAL))
            case "push":
                views.make(self._me, read_view(answer.get("view"), MODAL), below=view)
            case _:
                raise ApiError("invalid_response_action")

    def _tell(self, payload: Json, kind: str = INTERACTIVE, answer: Any = None) -> Delivery:
        world = self.workspace.world
        delivery = Delivery(
            id=payload.get("trigger_id") or world.ts(),
            kind=kind,
            payload=payload,
            on_answer=answer,
            on_failure=self.failures.append,
        )
        return world.deliveries.add(delivery)
