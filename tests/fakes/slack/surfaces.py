"""views.* and assistant.threads.*: modals, App Home, and the app's pane.

https://docs.slack.dev/reference/methods#views, …#assistant.threads
"""

from tests.fakes.slack.blocks import HOME, MODAL
from tests.fakes.slack.channels import Channel
from tests.fakes.slack.errors import ApiError, Json, invalid_arguments
from tests.fakes.slack.request import Call
from tests.fakes.slack.views import View, read_view

MOST_PROMPTS = 4
MOST_LOADING = 10


def open_view(call: Call) -> Json:
    trigger = call.workspace.world.exchange(_trigger(call), call.workspace)
    return _shown(call.workspace.views.make(trigger.person, _view(call, MODAL)))


def push(call: Call) -> Json:
    trigger = call.workspace.world.exchange(_trigger(call), call.workspace)
    if trigger.view is None or trigger.view.closed:
        raise ApiError("not_found")
    below = call.workspace.views.open_for(trigger.person)[-1]
    return _shown(call.workspace.views.make(trigger.person, _view(call, MODAL), below))


def update(call: Call) -> Json:
    views = call.workspace.views
    if not call.text("view_id") and not call.text("external_id"):
        raise invalid_arguments(["must define either `view_id` or `external_id`"])
    view = views.find(call.text("view_id"), call.text("external_id"))
    views.check_hash(view, call.text("hash"))
    views.replace(view, _view(call, view.json["type"]))
    return _shown(view)


def publish(call: Call) -> Json:
    workspace = call.workspace
    if not workspace.world.app.home_tab:
        raise ApiError("not_enabled")
    person = workspace.people.get(call.needed("user_id"))
    if person is None:
        raise invalid_arguments(["invalid `user_id`"])
    given = _view(call, HOME)
    view = workspace.views.home_of(person)
    if view is None:
        return _shown(workspace.views.make(person, given))
    workspace.views.check_hash(view, call.text("hash"))
    workspace.views.replace(view, given)
    return _shown(view)


def set_status(call: Call) -> Json:
    channel, ts = _thread(call)
    said = call.text("status")
    loading = call.json("loading_messages", "invalid_arguments") or []
    if not isinstance(loading, list) or len(loading) > MOST_LOADING:
        raise invalid_arguments([f"no more than {MOST_LOADING} items allowed"])
    channel.statuses.append((ts, said))
    call.workspace.world.touch()
    return {}


def set_title(call: Call) -> Json:
    channel, ts = _thread(call)
    channel.titles[ts] = call.needed("title")
    return {}


def set_suggested_prompts(call: Call) -> Json:
    channel = _im(call)
    if call.text("thread_ts"):
        channel.message(call.text("thread_ts"), "thread_not_found")
    prompts = call.json("prompts", "invalid_arguments")
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= MOST_PROMPTS:
        raise invalid_arguments([f"must provide between 1 and {MOST_PROMPTS} prompts"])
    for prompt in prompts:
        fields = prompt if isinstance(prompt, dict) else {}
        if any(not isinstance(fields.get(name), str) for name in ("title", "message")):
            raise invalid_arguments(["missing required field: title or message"])
    channel.prompts = prompts
    call.workspace.world.touch()
    return {}


def _thread(call: Call) -> tuple[Channel, str]:
    workspace = call.workspace
    channel = workspace.visible(workspace.find_channel(call.needed("channel_id")))
    message = channel.message(call.needed("thread_ts"), "thread_not_found")
    return channel, message.root_ts


def _im(call: Call) -> Channel:
    channel = call.workspace.find_channel(call.needed("channel_id"))
    if channel.kind != "im":
        raise ApiError("channel_type_not_supported")
    return channel


def _trigger(call: Call) -> str:
    return call.text("trigger_id") or call.needed("interactivity_pointer")


def _view(call: Call, surface: str) -> Json:
    return read_view(call.json("view", "invalid_arguments"), surface)


def _shown(view: View) -> Json:
    return {"view": view.as_payload()}


METHODS = {
    "views.open": (open_view, ""),
    "views.push": (push, ""),
    "views.update": (update, ""),
    "views.publish": (publish, ""),
    "assistant.threads.setStatus": (set_status, "assistant:write"),
    "assistant.threads.setTitle": (set_title, "assistant:write"),
    "assistant.threads.setSuggestedPrompts": (set_suggested_prompts, "assistant:write"),
}
