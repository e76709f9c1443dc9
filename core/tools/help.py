"""What Pixie can do, by example."""

from core.commands import LANGUAGES, listed
from core.errors import UserError
from core.people import OwnerKind, ToolContext
from core.ports import Work
from core.titles import line
from core.tool import Outcome, tool
from core.values import Button

TOPICS = {
    "tasks": """Tasks
• add buy milk to my list by Friday, high priority
• what is overdue?
• done buy milk · move #3 to Monday · delete #3""",
    "events": """Events
• lunch with Sam tomorrow 12-1:30
• standup every Monday 9-9:15
• what is on this week? · find an hour on Thursday · move #5 to 3pm""",
    "reminders": """Reminders
• remind me to call mom tomorrow at 2
• remind me in 20 minutes to check the oven
• remind me every Friday at 4pm to send the report
• snooze 1 hour · cancel #7""",
    "memory": """Memory
• remember that Ana's shoe size is 38
• what did I say about Ana? · what did I note last week?
• forget #9""",
    "settings": """Settings
• /settings shows them with buttons
• I live in Porto Alegre · send my summary at 7:30 · quiet hours 22:00-07:00
• remind me 15 minutes before every event · answer me in Portuguese
• /link joins this with what you keep with me on another platform, /unlink parts them""",
    "calendar": """Calendar link
• /calendar gives a secret link that your calendar program can subscribe to
• /calendar busy shows only when you are busy · /calendar revoke ends it""",
    "models": """Language models
• /why tells which model gave the last answer, and why
• /cost tells what models cost today · /cost week · /cost month""",
    "invitations": """Invitations
• /invite makes a link that lets one person in, once, within a week
• /invite list shows those that wait · /invite revoke ends them""",
    "undo": """Undo
• undo takes back your last change, undo 3 the last three
• I keep the changes of the last 24 hours""",
}
_ALIASES = {
    "todo": "tasks",
    "list": "tasks",
    "meeting": "events",
    "agenda": "events",
    "remind": "reminders",
    "note": "memory",
    "remember": "memory",
    "forget": "memory",
    "search": "memory",
    "setting": "settings",
    "zone": "settings",
    "summary": "settings",
    "model": "models",
    "cost": "models",
    "why": "models",
    "link": "calendar",
    "invite": "invitations",
    "ics": "calendar",
}


@tool(changes=False)
def help(work: Work, context: ToolContext, *, topic: str = "") -> Outcome:
    """Show what can be asked for."""
    plain = line(topic).casefold().removeprefix("/").removesuffix("s")
    if not plain:
        words = (
            "I keep your tasks, events, reminders and notes. Just say it:\n"
            "• remind me to call mom tomorrow at 2\n"
            "• lunch with Sam on Friday 12-1:30\n"
            "• add buy milk to my list\n"
            "• remember that Ana's shoe size is 38\n"
            "• what is on today?"
        )
        return Outcome(result=words, said=words, buttons=_topics())
    found = next((name for name in TOPICS if name.removesuffix("s") == plain), None)
    found = found or _ALIASES.get(plain)
    if plain == "command":
        return _commands(context)
    if found is None:
        raise UserError(f"I have help on {', '.join((*TOPICS, 'commands'))}.", buttons=_topics())
    return Outcome(result=TOPICS[found], said=TOPICS[found])


def _commands(context: ToolContext) -> Outcome:
    group = context.owner.kind is OwnerKind.GROUP
    lines = [f"/{each.name} – {each.about[LANGUAGES[0]]}" for each in listed(group=group)]
    said = "\n".join(["Commands; all of it can be said in a sentence too", *lines])
    return Outcome(result=said, said=said)


def _topics() -> tuple[Button, ...]:
    names = (*TOPICS, "commands")
    return tuple(Button(label=name.capitalize(), command=f"/help {name}") for name in names)
