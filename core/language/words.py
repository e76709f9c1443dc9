"""The words that tell what is wanted: verbs by what they do, nouns by what they name."""

import re

# --- verbs, as they open a request ---

CREATE = (
    r"add|put(?: down| in)?|create|creat|make(?: up)?|set(?: ?up)?|schedule|book|plan|arrange|"
    r"organi[sz]e|pencil(?: me)?(?: in)?|block(?: off| out)?|new|include|insert|throw|"
    r"write down|mark(?: down)?|log|reserve|start|open up|enter|register|have|give me|get me|"
    r"fix(?= an? (?:meeting|appointment))|prepare(?= an? (?:meeting|event|list))|compile|"
    r"append|jot down|save|generate|draft(?= an? (?:event|meeting))|fit in|squeeze in|update(?= my "
    r"\w+ list with)|slot in|program(?=.*\balarm)|stick|toss|place(?=.*\b(?:list|calendar)\b)"
)
REMOVE = (
    r"delete|remove|cancel|erase|clear(?: out| off)?|drop|scratch|get rid of|nix|wipe(?: out)?|"
    r"empty|destroy|scrap|eliminate|dump|trash|ditch|call off|discard|kill|rm|axe|abolish|"
    r"take(?= .*\b(?:off|out|from|down|away)\b)|take (?:off|out|away)|cross(?: off| out)?|"
    r"strike|void|stop reminding me|stop|silence|disable|deactivate|turn off|switch off|clean|"
    r"purge|forget(?= (?:the|my|about the) (?:meeting|event|appointment|task|reminder|alarm))|"
    r"dismiss|abort|undo(?= the (?:meeting|event|alarm))|bin|revoke|un ?schedule|skip|"
    r"do away with|throw (?:out|away)(?=.*\blist\b)|pull(?= .*\b(?:off|from)\b.*\b(?:list|calendar))"
)
CHANGE = (
    r"move|mve|change|reschedul\w*|re-schedule|postpone|push(?: back| out)?|shift|update|rename|"
    r"delay|bring forward|extend|shorten|edit|modify|switch|swap|bump|advance|put off|adjust|"
    r"amend|revise|rearrange|defer|set back|relocate|correct|alter|prolong|lengthen|pull forward|"
    r"re ?title|make(?= (?:it|that|this|them|the|my) )|cut short|replace"
)
COMPLETE = r"complete|finish|check off|tick off|mark(?= .*\b(?:done|complete\w*|finished)\b)"

REMIND = (
    r"remind (?:me|us)|reminde? me|remember me|wake me(?: up)?|alert me|notify me|ping me|"
    r"nudge me|buzz me|prompt me|warn me|don't (?:let me )?forget to (?:remind|tell) me|"
    r"don't let me forget|do not let me forget|help me (?:to )?remember|tell me to|"
    r"let me know when it's time to|give me a (?:shout|nudge|heads[- ]up)|"
    r"help me (?:get|wake) up|get me up|dont (?:let me )?forget to (?:remind|tell) me|"
    r"dont let me forget|send me a reminder"
)

QUERY_VERBS = (
    r"show|list|display|find|search|look(?: up| for| at| in(?:to)?)|view|pull up|bring up|read|"
    r"go (?:over|through)|walk me through|run (?:through|down)|check(?: out| on)?|review|see|"
    r"print|name|recite|repeat(?= (?:my|the|all))|locate|tell|give me|get(?: me)?|open|state|"
    r"confirm|inform me|query|present|fetch|recall|summari[sz]e|count|describe|verify|instruct|"
    r"let's see|pull out|call up|announce|enumerate|say(?= my)"
)

# --- nouns ---

REMINDER = r"reminders?|alarms?|alarn|timers?|wake[ -]?up (?:call|alarm)s?|wake ?up calls?|wakeups?"
LIST = (
    r"to[- ]?do'?s?(?: ?lists?)?|todos?(?: ?lists?)?|tasks?|lists?|checklists?|chores?|errands?|"
    r"things to do|to dos|action items?|to list|backlog"
)
CALENDAR = r"calend[ae]rs?|caland[ae]rs?|agenda|diary|planner|itinerary|timetable"
MEETING = (
    r"events?|meetings?|meeing|meet(?: up|up| and greet)?|appoi?nt(?:e?ment)?s?|"
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
    r"happy hour|night out|movie night|game night|review(?: meeting)?|deadline|performance|"
    r"show(?: tonight)|wake|date night|outing|excursion|expo|exhibition|convention|camping|"
    r"assembly|briefing|debrief|scrum|retro(?:spective)?|sprint|planning|pto meeting|"
    r"book club|club|play(?= tonight)|recording|shoot|fitting|consultation|treatment|"
    r"reservation|break|meal|feast|ballet|opera|musical|race|marathon|tour|road ?trip"
)
PLANS = (
    r"plans?|planned|schedule[ds]?|sch?edul\w*|schdule\w*|booked|bookings?|going on|coming up|"
    r"upcoming|happening|lined up|on my plate|busy|slated|engagements?|commitments?|obligations?|"
    r"supposed to be"
)
ATTENDANCE = (
    r"attend\w*|organi[sz]e[rd]|accepted|declined|invited|rsvp\w*|responded|attendees?|guests?"
)
FREE = (
    r"free(?! shipping| app| game| music)|available|availability|openings?|open slots?|open time|"
    r"free time|free slots?|gaps?|spare time|unscheduled|room in my"
)


def word(pattern: str) -> re.Pattern[str]:
    """Finds any of the alternatives as whole words."""
    return re.compile(rf"(?<![\w'])(?:{pattern})(?![\w])")


def opening(pattern: str) -> re.Pattern[str]:
    """Matches one of the alternatives at the beginning."""
    return re.compile(rf"(?:{pattern})(?![\w'])")
