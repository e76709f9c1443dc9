"""The words of claims: how a change is told as made, and what makes such words no claim.

English in full, with the languages of `core.claim_languages`. The patterns read one sentence in
lower case with single spaces and straight apostrophes; those at the end read the text. Repetitions
are bounded, so that reading takes time in proportion to the text.
"""

import re
from itertools import chain

from core.claim_languages import (
    JAPANESE_CHANGED,
    JAPANESE_CONFIRMS,
    JAPANESE_IF,
    JAPANESE_NOT,
    JAPANESE_OVER,
    JAPANESE_PROMISED,
    LANGUAGES,
)
from core.claim_languages import of as _of


def _any(*patterns: str, inside: str = "(?!)") -> re.Pattern[str]:
    # Every claim begins where a word does or ends ("'s been"): elsewhere none has to be tried.
    # `inside`: what is found anywhere.
    return re.compile(rf"\b(?:{'|'.join(patterns)})|{inside}")


def _also(field: str) -> str:
    """The words of every other language."""
    return " ".join(getattr(language, field) for language in LANGUAGES)


def _and(field: str) -> str:
    """The patterns of every other language, one of them."""
    return "|".join(getattr(language, field) for language in LANGUAGES)


_PAST = f"(?:{_and('past')})"


# --- verbs, as they tell what was changed ---

_CHANGED = _of(
    """
    add adjust archiv book bump cancell? chang clear clos complet convert
    correct creat delet disabl dropp duplicat edit enabl enter eras extend fix
    handl increas label logg lower mark merg mov mut not paus pinn plac popp
    postpon prioriti[sz] push rais rearrang record reduc register remov renam
    reopen reorder replac reschedul reserv restor resum retitl revert sav
    schedul scrapp shift shorten slott snooz squeez stopp stor swapp switch tagg
    tuck unmut updat wip
    """
)
_SOME = _of("add creat delet mov remov renam reschedul restor mark sav snooz updat")
"""Of these, what is hardly said of anything but a change."""
_DID = (
    rf"(?:{_CHANGED}ed(?! my| solid| the best| up)|block(?:ed)?(?: off| out)?|split"
    r"|let go of|penci(?:l|ll)ed(?: you| it| that)? in|(?:check|tick|cross)ed(?: \S+)? off"
    r"|undone|undid|forgotten|rolled back|(?:written|wrote|jotted)(?: \S+){0,2} down"
    r"|turned (?:on|off)|t(?:ook|aken) (?:care of|(?:\S+ ){0,3}?off\b(?! work))"
    r"|(?:re|un)?set(?! out)|put(?! together)|freed up|stuck|thrown|brought forward|slipped"
    r"|made (?:an?|the|that|this|your|those) (?:new )?"
    r"(?:note|reminder|task|event|change|entry|update)"
    r"|made (?:it|them|that) (?:daily|weekly|monthly|yearly))\b"
)
_DO = (
    r"(?:add|block|book|cancel|clear|create|delete|jot|mark|move(?! on)|note (?:that|it|this) down"
    r"|postpone|push|put(?! together)|remove|rename|reschedule|save(?! you)|schedule|set(?! out)"
    r"|snooze|update)\b"
)
_READ = _of(
    """
    answer arrang ask assum attach attempt call check compar consider count
    draft explain flagg highlight identifi? includ learn list look match mention
    miss need notic open outlin plann? prepar receiv review scann search show
    sketch sort suggest summari[sz] suppos translat tri us want
    """
)
"""After "I've": what changes nothing."""

# --- what is changed ---

_OWNED = _of("agenda alarm appointment calendar event meeting note reminder task to-?do")
_OURS = _of(
    """
    alarm all appointment both breakfast calendar call change deadline dinner
    entry event everything invitation invite it item list lunch meeting note
    preference reminder session setting slot task that time_?zone timer to-?do
    qq+ #\\d+
    """
)
_THING = f"(?:{_of(_also('things'))}|{_OURS})"
_PLACE = (
    r"(?:on|in|to|off|from) (?:your|the) (?:\S+ )?(?:agenda|books?|calendar|diary|list|schedule)\b"
)
_HOW = (
    r"(?: (?:now|just|also|then|both|all|successfully|automatically|duly"
    r"|g(?:one|o) ahead and|went ahead and))*"
)
_IS = r"(?=[ia'])(?:is|are|'s|'re)"
_SIGN = _of("alarm alert buzz heads-up message nudge notification ping reminder shout text")
"""What reaches the person at its time."""
_MONTH_OR_DAY = _of("mon tue wed thu fri sat sun jan feb mar apr may jun jul aug sep oct nov dec")
_ON_A_DAY = rf"(?:on|in|since) (?:the )?(?:\d+\w* )?{_MONTH_OR_DAY}"

# --- claims ---

CHANGED = _any(
    rf"i(?:'ve| have){_HOW} {_DID}",
    rf"i{_HOW} (?!set|put|split|stuck){_DID}",
    rf"i{_HOW} (?:set|put)(?: up| aside| down)? (?:an?|the|your|it|that|this|both|one|two)\b",
    rf"i{_HOW} (?:set|put)(?: \S+){{1,6}}? (?:on|in|into|down|to|for)\b",
    r"i(?:'ve| have)? (?:\w+ed|found|took|taken|went|gone|kept|let|left|made|put|set|read|seen)"
    rf" (?:\S+ ){{0,8}}?and{_HOW} {_DID}",
    rf"i (?:was able to|managed to|made sure to) {_DO}",
    rf"i(?:'ve| have){_HOW} (?!{_READ}ed)\w{{3,}}ed (?:\S+ ){{1,5}}?{_OWNED}s?\b",
    r"i(?:'ve| have) got (?:\S+ ){1,6}?(?:down|noted|saved|booked|scheduled|on your)\b",
    rf"i'm (?:now |just )?(?:{_SOME}|{_of('book cancell? putt schedul sett')})ing\b",
    r"i(?:'ve| have)? (?:took|taken) the liberty of|i have (?:it|that|this) (?:noted|written)\b",
    r"got you down\b|what i(?:'ve| have)? (?:did|done)\b|you're (?:booked (?:in|with)|down for)\b",
    rf"(?=[h'])(?:has|have|'s|'ve){_HOW} been{_HOW} {_DID}",
    rf"(?:was|were|got) (?:just|now|successfully) {_DID}",
    rf"(?:was|were) {_SOME}ed\b(?!(?: \S+){{0,2}}? {_ON_A_DAY})",
    rf"(?<=[,;:] )(?:\S+ ){{0,2}}?{_OURS}s? (?:{_SOME}ed|noted|set)(?=\W*$|\s*[^\w\s])",
    r"now (?:repeats|starts|begins|ends|runs|lasts|fires|falls|takes place)\b",
    rf"{_IS} (?:now|hereby) (?:{_DID}|(?:on|off|at|due|done|gone|called|named|in your)\b)",
    rf"(?:{_OURS}s?|number)(?: #?\d+| for (?:\S+ ){{0,2}}?\S+)?(?:(?:'s| is| are)(?: all| now)?"
    r" (?:gone(?! after)|in place|off (?:your|the) list|taken off)| has gone to)\b",
    rf"{_IS} history(?=\W*$|;)",
    rf"{_IS} (?:saved|deleted|removed|merged|cleared|renamed|restored|ticked off|wiped)\b",
    r"(?:date|time|deadline|name|title|location|place|priority) is now\b(?! \d+(?::| ?[ap]\.?m))",
    r"you now have (?!no\b|nothing\b|\d|only\b|time\b)|ha(?:s|ve) a new (?:date|time)\b",
    rf"(?<!yes, )that's(?: all)?(?: now| safely)? {_PLACE}|should (?:be|show|appear)\b"
    rf"(?: \S+){{0,3}}? {_PLACE}(?: now)?(?=\W*$)",
    rf"a new {_OURS} is {_PLACE}|(?<=\. )(?:{_SOME}ed|done)(?=\W*$)",
    r"\d+ (?:→|->|=>) (?:cancelled|deleted|done|moved)\b",
    r"now an? (?:daily|weekly|monthly|yearly|recurring|repeating)\b",
    rf"{_IS}(?: both| all)?(?: safely)? (?:{_DID}|{_PLACE})(?: \S+){{0,8}}? now\b",
    rf"{_IS} (?:back (?:on|in)|gone from) (?:your|the)\b|your (?:\S+ ){{1,6}}?(?:is|are) now\b",
    r"all (?:set|sorted|squared away|taken care of)\b|good to go\b|duly noted\b",
    r"consider (?:\S+ ){1,4}?(?:done|booked|sorted|scheduled|added|cancelled|deleted|gone"
    r"|handled|moved|noted|removed)\b",
    r"(?:it|that)(?:'s| is)(?: all)? (?:done|sorted|taken care of)\b(?! (?:when|if|once|by))",
    *chain.from_iterable(language.changed for language in LANGUAGES),
    inside=JAPANESE_CHANGED,
)
"""Anywhere in a sentence: a change was made."""
PROMISED = _any(
    r"(?:i'll|i will|i(?:'m| am) going to|let me)"
    r"(?: (?:now|also|just|then|definitely|certainly|be sure to|make sure to|go ahead and))* "
    r"(?:remind|ping|nudge|alert|notify|wake|(?:message|text) you (?:when|at|on)"
    rf"|remember|keep (?:(?:that|this|it) )?in mind|make a note|{_DO})\b",
    r"i(?:'ll| will) let you know (?:at|on|in|\d|tomorrow|tonight|an hour|the day|before|when it's"
    r" (?:due|time))|i(?:'ll| will) make sure you don't (?:forget|miss)\b|from now on\b"
    r"|i'll start (?:reminding|sending) you\b",
    rf"i(?:'ll| will) (?:\w+ )?(?:drop|give|send(?:ing)?|shoot) you an? (?:\S+ ){{0,3}}?{_SIGN}\b",
    rf"you(?:'ll| will) (?:get|receive|have|hear)(?: \S+){{0,3}}? (?:{_SIGN}|from me)\b",
    r"you(?:'ll| will) be (?:reminded|notified|alerted|pinged|nudged|woken)\b",
    rf"(?:expect|count on) (?:an?|my) {_SIGN}\b",
    *chain.from_iterable(language.promised for language in LANGUAGES),
    inside=JAPANESE_PROMISED,
)
"""Anywhere in a sentence: what only a stored row can keep."""
_ALONE = r"(?=\W*$|\s*[^\w\s])"
_FREE = (
    r"(?=\W*$|\s*[^\w\s]|\s(?:for|to|at|on|from|in|with|by|until|as|successfully|now|too|instead"
    rf"|{_of(_also('after'))})\b)"
)
_NO_VERB = r"(?![^.,;:!—–]{0,80} (?:is|are|was|were|has|have)\b)"
_NO_NAMES = _of(
    """
    already any each every get had has have he i is are last next one she there
    they three two upcoming want was we were with you
    """
)
_NAMING = rf"(?!(?:\d+|an?(?! new))\b|{_NO_NAMES}\b)\S+ "
OPENING = _any(
    rf"(?:all |that's |it's )?{_of('done ' + _also('done'))}"
    r"(?=\s*[^\w\s:'’]|\W*$|: [^\W\d]| for you| and dusted)",
    r"(?:just |now |also |all |successfully )*"
    rf"(?:{_of('add book chang creat logg mov not postpon push record remov renam reschedul')}"
    rf"|{_of('reserv restor revert snooz updat')})ed\b"
    r"(?! (?:tasks|events|reminders|items|notes)\b(?! \d))",
    rf"{_of('archiv block cancell? clear clos complet delet mark sav schedul')}ed\b"
    r"(?!.{0,80}:$| ?:| \d+ of)"
    r"(?! (?:tasks|events|reminders|meetings|items|notes|appointments|ones|calls)\b(?! #?\d))",
    rf"set(?= for| to|\W*$)|(?:sorted|undone|forgotten|gone|wiped|rolled back|locked in)"
    rf"{_ALONE}|(?:i'm )?on it{_ALONE}|{_THING}s?(?:'s| is)? (?:on|off)(?=\W*$| for \S+\W*$)"
    r"|taken care of\b|will do\b|made (?:it|that|them) ",
    rf"{_of('add book cancell? creat delet mov schedul sett')}ing\b"
    r".{1,80}?(?:\bnow\b|for you|…|\.\.\.)",
    rf"(?:{_NAMING}){{0,3}}?{_THING}s?:?"
    r"(?: (?:with|about|for|to|on|at|number|#?\d+)(?: \S+){1,4}?)?"
    rf"{_HOW} (?:{_DID}|{_PAST}){_FREE}{_NO_VERB}",
    rf"(?:\d+|two|three|both|all)(?: \w+)? {_THING}s? {_SOME}ed{_FREE}|\d+ \w+ cancell?ed{_FREE}",
    rf"{_PAST}{_FREE}",
    *chain.from_iterable(language.opening for language in LANGUAGES),
)
"""Where a sentence begins, after what ACKNOWLEDGED matches: "Reminder set", "Booked."."""
STATE = _any(
    r"(?!(?:you|he|she|they|who)\b)\w+ "
    rf"(?:{_SOME}|{_of('book cancell? postpon push')})ed (?:to|by|until|for|from)\b",
    rf"{_IS} (?:in|on|off|gone|at \S+ again)(?=\W*$|\s*[^\w\s]| for\b| from \d| until\b)",
    rf"{_IS}(?: all| both)? (?:{_DID}|{_PLACE})",
    rf"(?:it|that)(?:'s| is) back (?:at|to)\b|{_of(_also('are'))}(?: \S+){{0,8}}? {_PAST}",
)
"""A claim after a word that confirms; else how things stand."""
_CONFIRMS = _of(
    """
    al(?:l_)?right awesome cool excellent got_it great lovely no_problem
    no_worries ok(?:ay)? perfect sounds_good understood wonderful you_got_it
    as_(?:requested|you_(?:asked|said|wish(?:ed)?)) there_(?:we|you)_go
    """
    + _also("confirms")
)
_ANSWERS = _of(
    """
    absolutely certainly of_course sure(?:_thing)? thanks thank_you yep yes
    """
    + _also("answers")
)
ACKNOWLEDGED = re.compile(
    rf"[\W_]*(?:\d+[.)] )?[\W_]*(?:(?:(?P<confirms>{_CONFIRMS})|{_ANSWERS})\b(?!')[\W_]*"
    rf"|(?:{JAPANESE_CONFIRMS})[\W_]+)*"
)
"""Marks, and words that only acknowledge, at the beginning of a sentence."""

# --- what makes it no claim ---

_NOT = _of(
    r"""
    not never nothing none neither nor without unable failed cannot
    """
    + _also("no")
)
_YES = _of("problem worries later calendário dia domingo sábado seu teu")
"""After "no": it denies nothing, or is Portuguese."""
DENIED = re.compile(
    rf"\b{_NOT}\b|\bno\b(?! {_YES})|(?<!do)n't\b|\bdon't(?! worry| forget| miss)"
    rf"|{JAPANESE_NOT}"
)
NOTHING_AFTER = re.compile(r" (?:nothing|none|no|neither)\b")
_SUPPOSING = _of(
    """
    if once when whenever until unless as_soon_as whether could would should
    might may must
    """
    + _also("supposing")
)
ADMITTED = re.compile(
    rf"{DENIED.pattern}"
    rf"|\b{_of('but except fail(?:s|ed|ure)? however only unfortunately ' + _also('but'))}\b"
)
"""A reply that has it tells that something did not work."""
DEPENDS = re.compile(rf"\b{_SUPPOSING}\b|{JAPANESE_IF}")
_IF_YOU = _of(_also("if_you"))
OFFERED = re.compile(
    rf"\b(?:{_IF_YOU}|if|once|unless|as soon as|wenn|sobald|falls|als|si|se|если"
    r"|when(?:ever)? you(?:'re| (?:are|confirm|decide|give|know|let|need|reply|say|send|tell"
    rf"|want)))\b|{JAPANESE_IF}"
)
"""Before a promise."""
OFFERED_AFTER = re.compile(
    rf"\b(?:{_IF_YOU}|(?:if|once|unless|as soon as) you"
    r"|when(?:ever)? you(?:'re| confirm| give| reply| say| send| tell))\b"
)
_TELL = _of(
    """
    answer choose confirm give let_me_know name pick reply say send share tell
    type write
    """
    + _also("tell")
)
INSTRUCTED = re.compile(rf"\b{_TELL}\b")
"""Before a promise: what the person is to do first."""
_TOLD = _of(
    """
    mentioned reads said says told writes wrote
    """
    + _also("told")
)
_TONGUE = _of(
    """
    english german french spanish portuguese italian dutch russian japanese deutsch englisch
    français anglais español inglés português inglês
    """
)
ELSEWHERE = re.compile(
    rf"\b(?<!as you )(?<!like you )(?<!that ){_TOLD}\b"
    r"|\b(?:'s|your) (?:note|message|mail|text):|\b(?:means|translates?|translation)\b"
    rf"|\b(?:in|auf|en|em) {_TONGUE}(?: (?:is|that is|that's|it's|you (?:say|write)))?:"
)
"""Before a claim: someone else's words follow."""
BEFORE = re.compile(
    r"\b(?:(?<!from )(?:yesterday|last (?:week|night|month|year|time|\w+day))\b(?!')"
    r"|(?:ago|(?:first|second|third) time|previously|originally"
    r"|earlier (?:today|this|on|in))\b"
    rf"|{_and('over')})|{JAPANESE_OVER}"
)
"""A time that is over."""
BY_OTHERS = re.compile(
    r"(?: \S+){0,3}? by (?!an? |\d|the end|"
    rf"{_of('half me next noon one then tomorrow two')}\b|{_MONTH_OR_DAY}|\w+ing\b)"
)
"""After a change that has no subject."""
_ASK = _of(
    """
    are can could did do does has have how is shall should was what when where
    which who why would
    """
)
ASKING = re.compile(rf"{_ASK}\b")
"""How a question opens."""
BOUNDARY = re.compile(
    r"(?:[^\w\s'#/.:@、-]|[.:](?=\s|$)|\s-+(?=\s))+\s*|\band (?=i\b|i'|it\b|your\b|the\b)"
    rf"|\b{_of('but so because although ' + _also('but'))}\b|(?<=[がどしてで])、"
)
"""Between clauses."""
LISTED = re.compile(
    rf"{_of('scheduled booked planned cancell?ed completed geplant erledigt agendad[oa]s?')}$"
)
"""What a heading or an item of a list says of how things stand."""
ITEM = re.compile(r"\s*(?:[-•–]|\d+[.)]) ")
QUESTION_END = re.compile(r"[?？]\W*$|か\W*$")
PUNCTUATION = " ?!.,;:…)\"'”’»？！。」か"

# --- what the person said ---

WORDS_WANTED = re.compile(
    r"\W*(?:(?:please|pixie|hey|can you|could you|bitte)\W+)*"
    r"(?:(?:translat|rephras|reword|paraphras|proofread|draft|spell)\w*\b"
    r"|(?:say|repeat|quote)(?: (?:after me|this|the words?|in \w+))?:? ?(?:q{3}|:)"
    r"|how (?:do|would|should) (?:i|you|we) (?:say|put|write)\b|what does\b.* mean\b"
    r"|(?:übersetz|traduis|tradui[sr]|traduc|traduz|vertaal|перевед)\w*|.{0,200}(?:訳して|翻訳))"
)
"""How a message opens that wants words alone."""
CHANGE_WANTED = re.compile(rf"\b(?:{_DO}|remind\b|cancel\b)")

# --- the text as it was written ---

SENTENCE_END = re.compile(
    r"[.!?…\n](?:(?<=\n)\n*|(?<!\n)(?<![.!?…].)(?<!\d\.)(?<![ap]\.m\.)(?<![AP]\.M\.)(?<!\b[DMS]r\.)"
    r"(?<!\bMs\.)(?<!\bMrs\.)(?<!\be\.g\.)(?<!\bi\.e\.)[.!?…]*[)\]\"'”’»*_]*\s+)"
    r"|[。！？]+[」』）)]*\s*"
)
"""No end: 3 p.m., Dr. Silva, 27. November, the number of a list's item."""
QUOTED = re.compile(
    r"```[\s\S]*?```|^[ \t]*>.*$|\"[^\"\n]*\"|„[^„“”\n]*[“”]|“[^“”\n]*”|«[^«»\n]*»|»[^«»\n]*«"
    r"|‹[^‹›\n]*›|‚[^‚‘’\n]*[‘’]|「[^「」\n]*」|『[^『』\n]*』|(?<!`)`[^`\n]+`(?!`)"
    r"|(?<!\w)['‘](?=\w)(?:[^'’‘\n]|(?<=\w)['’](?=\w))*['’](?!\w)",
    re.MULTILINE,
)
OPEN_BLOCK = re.compile("``")
OPEN_QUOTE = re.compile(r"[\"„“«»‹‚「『`]|(?<!\w)['‘](?=\w|$)")
"""In a text whose quotations are masked: one that has no end yet."""
UNSEEN = re.compile(r"[*_`~\x00-\x08\x0b\x0c\x0e-\x1f\u00ad\u200b-\u200f\u2060\ufeff]+")
"""Markup, and characters that do not show."""
