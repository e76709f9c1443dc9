"""Forms on Slack: opened beside the lane, checked when they are submitted.

https://docs.slack.dev/surfaces/modals
"""

import asyncio
from typing import Any

from adapters.slack import forms
from adapters.slack.client import SlackClient, edge_errors
from adapters.slack.happened import Submitted
from bots.slack.members import Members
from core.errors import Refused, Stale, Unknown, UserError
from core.form_checking import submit
from core.form_drawing import open_form
from core.forms import Opening, Submission
from core.people import Person
from core.ports import Clock, Store
from core.values import Identity, IncomingMessage

OPEN_WITHIN = 1.5
"""Seconds that Slack may take to open a view: a trigger lasts three."""
MOVED_ON = "That has changed meanwhile. Please press the button on its newest message."
Json = dict[str, Any]


class Modals:
    """Opens forms of things, and reads what people fill in."""

    def __init__(self, client: SlackClient, members: Members, store: Store, clock: Clock) -> None:
        self._client = client
        self._members = members
        self._store = store
        self._clock = clock

    async def open(
        self,
        person: Person,
        presser: Identity,
        trigger: str,
        opening: Opening,
        message: IncomingMessage | None,
        words: str = "",
    ) -> None:
        """Open a form for who pressed, of what `person` owns; `message` is where they did, and
        `words` what it says already. Raises as `Messenger.send` does.
        """
        now = self._clock.now()
        try:
            form = await self._store.read(
                lambda work: open_form(work, person, now, opening.name, opening.ref, words)
            )
        except Stale:
            view = forms.refusal(MOVED_ON)
        except UserError as error:
            view = forms.refusal(str(error))
        else:
            there = None if message is None else message.address
            tapped = message is not None and message.tapped
            view = forms.view(form, there, message.replies_to if message and tapped else None)
        await self._show(presser, trigger, view)

    async def refuse(self, presser: Identity, trigger: str, why: str) -> None:
        """Say why there is no form. Raises as `Messenger.send` does."""
        await self._show(presser, trigger, forms.refusal(why))

    async def submitted(self, person: Person, filled: Submitted) -> Json | IncomingMessage | None:
        """What a filled-in form asks for, or what Slack is to say of its fields; None when
        nothing has changed. Raises `StorageError`."""
        opened = forms.opened(filled.private) if filled.callback == forms.CALLBACK else None
        if opened is None:
            return None
        now = self._clock.now()
        checked = await self._store.read(
            lambda work: submit(work, person, now, opened.name, opened.ref, filled.values)
        )
        if not isinstance(checked, Submission):
            return forms.errors(checked)
        if not checked.command:
            return None
        sender = filled.sender
        return IncomingMessage(
            id=f"form:{filled.view}",
            sender=sender,
            address=opened.address or await self._members.home(sender.workspace, sender.user),
            text=checked.command,
            at=now,
            replies_to=opened.message_id,
            tapped=opened.message_id is not None,
        )

    async def _show(self, presser: Identity, trigger: str, view: Json) -> None:
        try:
            await self._opened(presser, trigger, view)
        except Unknown:
            # A trigger works once, which tells whether the view is there.
            try:
                await self._opened(presser, trigger, view)
            except Refused as error:
                if str(error) != "exchanged_trigger_id":
                    raise

    async def _opened(self, presser: Identity, trigger: str, view: Json) -> None:
        web = await self._client.web(presser.workspace)
        with edge_errors():
            async with asyncio.timeout(OPEN_WITHIN):
                await web.views_open(trigger_id=trigger, view=view)
