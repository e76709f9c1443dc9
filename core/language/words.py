"""The words that tell what is wanted: verbs by what they do, nouns by what they name."""

import re

# --- verbs, as they open a request ---

CREATE = (
    r"add|put(?: down| in)?|show me as|create|creat|make(?: up)?|set(?: ?up)?|"
    r"schedule|book(?! club)|plan|arrange|"
    r"organi[sz]e|pencil(?: me)?(?: in)?|block(?: off| out)?|new|include|insert|throw|"
    r"write down|mark(?: down)?|log|reserve|start|open up|enter|register|have(?= an? )|set me|"
    r"(?:give|get) me an?(?! (?:run ?down|summary|list|overview|look|break ?down|rundown))|"
    r"fix(?= an? (?:meeting|appointment))|prepare(?= an? (?:meeting|event|list))|compile|"
    r"append|jot down|save|generate|draft(?= an? (?:event|meeting))|fit in|squeeze in|update(?= my "
    r"\w+ list with)|slot in|program(?=.*\balarm)|stick|toss|place(?=.*\b(?:list|calendar)\b)"
)
REMOVE = (
    r"delete|remove|cancel|erase|clear(?: out| off)?|drop|scratch|get rid of|nix|wipe(?: out)?|"
    r"scrap|eliminate|trash|ditch|call off|discard|rm|axe|abolish|purge|destroy|"
    r"take(?= .*\b(?:off|out|from|down|away)\b)|take (?:off|out|away)|cross(?: off| out)?|strike|"
    r"stop reminding me(?: to| about)?|un ?schedule|do away with"
)
REMOVE_OWN = (
    r"empty|dump|kill|void|stop|silence|disable|deactivate|turn off|switch off|clean(?: out| up)?|"
    r"dismiss|abort|bin|reset|format|revoke|skip|no(?= (?!one\b|way\b|idea|problem|thanks|more\b))|"
    r"throw (?:out|away)|pull(?! up| out)|forget|undo"
)
"""Verbs that remove only when one of the person's things is named."""
CHANGE = (
    r"move|reschedul\w*|re-schedule|postpone|push(?: back| out)?|rename|"
    r"bring forward|re-?title|"
    r"put off|defer|pull forward|move (?:back|forward|up)"
)
CHANGE_OWN = (
    r"change|shift|update|delay|extend|shorten|edit|modify|switch|swap|bump|advance|adjust|amend|"
    r"revise|rearrange|set back|relocate|correct|alter|prolong|lengthen|cut short|replace|"
    r"put(?= (?:it|that|this|them) (?:at|on|to|off|back)?(?!\w))|"
    r"make(?= (?:it|that|this|them|the|my)(?!\w)| .*(?<!\w)(?:longer|shorter|earlier|later)(?!\w))"
)
"""Verbs that change only when one of the person's things or a time is named."""
ANSWER = r"accept|decline|rsvp|respond to|reply to the invite|join|i won't be (?:attending|at|able)"
COMPLETE = r"complete|check off|tick off|mark(?= .*\b(?:done|complete\w*|finished)\b)"

REMIND = (
    r"remind (?:me|us)|(?:reminde?|rmnd|remnd|remid|remimd|remnid|rmeind|rimind|remaind) me|"
    r"remember me|wake me(?: up)?|alert me|notify me|ping me|"
    r"nudge me|buzz me|prompt me|warn me|don't (?:let me )?forget to (?:remind|tell) me|"
    r"don't let me forget|do not let me forget|help me (?:to )?remember|tell me to|"
    r"let me know when it's time to|give me a (?:shout|nudge|heads[- ]up)|"
    r"help me (?:get|wake) up|get me up|wake up|get up(?! to)|remind(?= (?:to|"
    r"about|of))|dont (?:let me )?forget to (?:remind|tell) me|"
    r"dont let me forget|send me a reminder"
)

QUERY = (
    r"show|list|display|find|search|look(?: up| for| at| in(?:to)?)|view|pull up|"
    r"bring up|read(?: out| back)?|"
    r"go (?:over|through)|walk me through|run (?:through|down)|check(?: out| on)?|review|see|"
    r"print|name|recite|repeat(?= (?:my|the|all))|locate|tell (?:me|us)|give me|"
    r"get(?: me)?|open(?! up a)|state|"
    r"confirm|inform me|query|fetch|recall|summari[sz]e|count|describe|verify|instruct|"
    r"let's see|pull out|call up|announce|enumerate|say(?= my)|know|brief me|"
    r"fill me in|update me|let me (?:hear|see)|hear|speak|go to(?= .*list)"
)
QUESTION = (
    r"what(?:'s|s|'re| is| are|ever)?|when(?:'s|s)?|where(?:'s|s)?|who(?:'s|s|m)?|whose|which|why|"
    r"how(?:'s|s)?|is|isn't|are|aren't|am|was|were|do(?= (?:i|you|we|they|my|the|"
    r"any|it|these|those|our)(?!\w))|does|did|don't|have (?:i|we)|has|had|will|"
    r"any|anything|anyone|should i|can i|could i|may i|shall|at what|on what|"
    r"in what|to what|on which|"
    r"until when|for how long|exactly what|if|there any"
)

# --- nouns ---

REMINDER = (
    r"reminders?|alarms?|timers?|alerts?(?= (?:i|set|that))|wake[ -]?up (?:call|"
    r"alarm)s?|wake ?up calls?|wakeups?"
)
RECALLED = (
    r"remind me|be reminded (?:of|about)|trying to remember|"
    r"supposed to remember|to be reminded|remind me (?:of|about)|"
    r"(?:want(?:ed)?|need(?:ed)?) to "
    r"(?:remember|recall|keep in mind|bear in mind)|wanted to (?:be )?remember(?:ed)?|"
    r"wak(?:e|ing) up|get(?:ting)? up"
)
"""What people call their reminders in questions."""
LIST = (
    r"to-do'?s?(?: ?lists?)?|todo'?s?(?: ?lists?)?|to do'?s? lists?|to dos|to do's|to do items?|"
    r"(?<=my )to do|(?<=the )to do|tasks?|(?:check)?lists?|chores?|errands?|things to do|"
    r"action items?|to list|backlog"
)
TODO = (
    r"overdue|past due|late tasks|behind on|due|left to do|(?:need|have|got|supposed|want|must|"
    r"should|what|anything) to do|to be done|get done|accomplish|must (?:i|we) do|"
    r"should (?:i|we) do|"
    r"me what to do|jobs|complete[d]?|finish(?:ed)?|assignments?|next on my list|deadlines?"
)
CALENDAR = r"calend[ae]rs?|caland[ae]rs?|agenda|diary|planner|itinerary|timetable"
MEETING = (
    r"events?|meetings?|meet(?: up|up| and greet)?|appoi?nt(?:e?ment)?s?|"
    r"appointments?|appts?|invit(?:e|es|ation|ations)|conference calls?"
)
OCCASION = (
    r"lunch(?:es|eon|time)?|dinners?|breakfasts?|brunch|supper|coffees?|drinks|tea|part(?:y|ies)|"
    r"birthdays?|bday|anniversary|wedding|bbq|barbe[cq]ue|interviews?|dates?(?= with)|"
    r"(?:lunch|dinner|coffee|play|blind|double|first) dates?|conferences?|sessions?|class(?:es)?|"
    r"lessons?|lectures?|exams?|practices?|games?|match|concerts?|trip|vacation|holiday|visits?|"
    r"check-?ups?|haircuts?|dentist|doctor'?s?|orthodontist|therap(?:y|ist)|gym|workouts?|yoga|"
    r"hike|training|trainings|seminars?|webinars?|workshops?|presentations?|stand-?ups?|"
    r"syncs?(?:[- ]up)?|one[- ]on[- ]ones?|1[: -]on[- ]1|1:1s?|catch[- ]?ups?|"
    r"ceremony|graduation|funeral|festival|tournament|recital|rehearsal|picnic|sleepover|reunion|"
    r"retreat|hackathon|offsite|demo|kick-?off|get-?together|gathering|hangout|conference|"
    r"baby shower|shower|gender reveal|orientation|audition|parade|fundraiser|gala|banquet|"
    r"bachelor(?:ette)? party|celebration|cookout|potluck|banquet|playdate|sermon|church|mass|"
    r"football|soccer|basketball|baseball|tennis|golf|bowling|swim(?:ming)?|hockey|poker|"
    r"surgery|physical|vet|massage|manicure|pedicure|facial|spa|nap|call with|zoom|"
    r"(?:phone|video|zoom|skype|conference|team|sales|client|weekly|daily) calls?|"
    r"night out|movie night|game night|review(?: meeting)?|deadline|performance|"
    r"show(?: tonight)|date night|outing|excursion|expo|exhibition|convention|camping|"
    r"assembly|briefing|debrief|scrum|retro(?:spective)?|sprint|planning|pto meeting|"
    r"book club|club|play(?= tonight)|recording|shoot|fitting|consultation|treatment|"
    r"reservation|break|meal|feast|ballet|opera|musical|race|marathon|tour|road ?trip"
)
PLANS = (
    r"plans?|planned|sch?edul\w*|happens?|taking place|takes? place|"
    r"in store|booked|bookings?|going on|coming up|"
    r"upcoming|happening|lined up|on my plate|busy|slated|engagements?|commitments?|obligations?|"
    r"supposed to be"
)
ATTENDANCE = (
    r"attend\w*|organi[sz]e[rd]|accepted|declined|invited|rsvp\w*|responded|attendees?|guests?"
)
FREE = (
    r"free(?! from| of| shipping| app| game| music)|available|availability|"
    r"openings?|open slots?|open time|"
    r"free time|free slots?|gaps?|spare time|unscheduled|room in my"
)


MINE = r"i|i'm|i've|my|mine|we|we're|our|myself"
WORLD = (
    r"flights?|taxi|cab|uber|hotel|trains?|tickets?|restaurant|table|"
    r"place to stay|e-?mails?|contacts?|"
    r"songs?|playlists?|music|lights?|mood|pto|temp\w*|oven|thermostat|volume|order|subscription|"
    r"account|(?:credit|debit|bank|sim|gift|library) cards?|credit|transfer|"
    r"payment|reservations?|podcasts?|radio|photos?|videos?|"
    r"voicemail|phone numbers?|translation|currency|recipe|pizza|coffee machine|vacation days?|"
    r"rental|oil change|maintenance|tires?|prescription|pin|checks"
)
"""What others book, play, order or keep."""

# --- memory and errands ---

RECALL = (
    r"(?:did|have|had) i (?:already |ever )?(?:tell|told|say|said|mention\w*|"
    r"wr[io]te|noted?|saved?)|"
    r"(?:i|we) (?:told|said|mentioned|noted|saved|wrote)(?! to)|know about me|remember about|"
    r"you (?:know|remember) (?:about|on|of)(?= \w)|(?:in|from) my notes?|"
    r"notes? (?:about|on|from)|my notes|"
    r"(?:did|have) (?:we|i) (?:talk|discuss|talked|discussed|decided|agreed)|"
    r"(?:did|has) \w+ (?:say|said|tell|told|mention(?:ed)?|recommend(?:ed)?)"
)
CHORE = (
    r"buy|get(?! up| me)|pick up|drop off|return|wash|clean(?: up)?|fix|finish|"
    r"submit|pay|renew|feed|"
    r"study|prepare|write(?: to)?|review|draft|research|do|go(?: to)?|take|walk|bring|"
    r"make(?! (?:a )?noise)|visit|call|phone|ring|email|text|send|order|book|mail|print|sign|file|"
    r"organi[sz]e|iron|vacuum the|mow|replace|repair|sell|read|learn|practi[cs]e|work on|"
    r"start(?! (?:over|again))|follow up|check(?! in)|ask|talk to|meet(?: with)?|"
    r"see|update|upgrade|"
    r"apply|register|sign up|attend|plan|pack|prep|cook|bake|vote|donate|exercise|stretch|meditate|"
    r"train|lock|charge|refill|grab|collect|deliver|ship|install|backup|back up|deploy|merge|test|"
    r"push|refactor|document|reply to|respond to|contact|invite|wrap|decorate|paint|plant|trim|"
    r"measure|sew|knit|assemble|polish|dust|sweep|mop|fold|hang|tidy|declutter|shop for|"
    r"look (?:into|for|at|up)|find|figure out|decide|choose|rent|reserve|schedule|confirm|verify|"
    r"close|open|cancel|unsubscribe|transfer|deposit|invoice|bill|hand in|turn in|set up|"
    r"put (?:up|away)|throw out|take out|empty|change the|babysit|proofread|edit|publish|record|"
    r"photograph|scan|copy|translate|summari[sz]e|present|interview|hire|onboard|water|drink|eat|"
    r"sleep|rest|run|jog|swim|drive|fly|travel|pray|thank|congratulate|apologi[sz]e|spend"
)
"""Verbs of what people do themselves: said alone, they are something to do."""
EXPECTED = (
    r"call|phone|ring|text|e-?mail|send|order|pay|transfer|open|find|play|read|translate|start|"
    r"look (?:for|up|at)|deliver|get|take|go|do|see|drive|eat|drink|sleep|sing|record|cook|make|"
    r"charge|talk|ask|check|present|scan|copy|close|contact|run|learn|travel|fly|install|bill|book|"
    r"reserve|update|upgrade|schedule|change the|confirm|verify|spend|rest|set up"
)
"""Of these, what a machine might be expected to do at once: without a time no task is meant."""
OUTING = (
    r"go (?:to|for|on|out|see)|meet(?: up)?(?: with)?|spend|hang out|see|watch|attend|visit|have|"
    r"catch up"
)
"""Verbs of being somewhere or with someone: with an hour they are events."""
WORLDLY = (
    r"send|"
    r"book|order|transfer|text|play|reserve|get|find|take|go|do|see|start|open|"
    r"check|read|translate|make|"
    r"cook|travel|fly|drive|rent|schedule|set up|run|sing|record|ask|look (?:for|"
    r"up|at)|research|deposit|"
    r"charge|install|plan|change the|confirm|verify|update|start|learn|eat|drink|bake"
)
"""Of these, what may as well be about the world: a foreign word decides."""


def word(pattern: str) -> re.Pattern[str]:
    """Finds any of the alternatives as whole words."""
    return re.compile(rf"(?<![\w'])(?:{pattern})(?![\w])")


def opening(pattern: str) -> re.Pattern[str]:
    """Matches one of the alternatives at the beginning."""
    return re.compile(rf"(?:{pattern})(?![\w'])")
