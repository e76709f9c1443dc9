"""The words of claims: how a change is told as made, and what makes such words no claim.

English in full; German, Spanish, French and Portuguese in everyday words. The patterns read one
sentence in lower case with single spaces and straight apostrophes; those at the end read the text.
Repetitions are bounded, so that reading takes time in proportion to the text.
"""

import re


def _of(words: str) -> str:
    """One of these: parted by white space, `_` is a space."""
    return f"(?:{'|'.join(words.split())})".replace("_", " ")


def _any(*patterns: str) -> re.Pattern[str]:
    # Every claim begins where a word does or ends ("'s been"): elsewhere none has to be tried.
    return re.compile(rf"\b(?:{'|'.join(patterns)})")


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
    rf"(?:{_CHANGED}ed(?! my| solid| up)|block(?:ed)?(?: off| out)?|undone|undid|forgotten|split"
    r"|(?:check|tick|cross)ed off|penci(?:l|ll)ed in|(?:written|wrote|jotted)(?: \S+){0,2} down"
    r"|turned (?:on|off)|t(?:ook|aken) care of|(?:un)?set(?! out)|put(?! together)|freed up|stuck"
    r"|thrown|brought forward|slipped|made (?:an?|the|that|this|your|those) (?:new )?"
    r"(?:note|reminder|task|event|change|entry|update))\b"
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
_DE = _of(
    """
    abgehakt abgesagt aktualisiert angelegt aufgeschrieben eingerichtet
    eingetragen entfernt erledigt erstellt geblockt gebucht geändert gelöscht
    gemerkt geplant gesetzt gespeichert gestellt hinzugefügt markiert notiert
    reserviert storniert umbenannt verlegt vermerkt verschoben
    """
)
_ES_PT = _of(
    """
    actualiz adi adicion agend agreg alter añad anot apag aplaz apunt atualiz
    borr cambi cancel coloc complet conclu configur cre cri defin elimin exclu
    fij guard marc modific mov mud program quit regist registr remarc remov
    reprogram reserv
    """
)
_FR = _of(
    """
    ajout annul bloqu chang coch cré décal déplac effac enregistr fix modifi not
    planifi programm report réserv supprim
    """
)
_ROMANCE = (
    rf"(?:{_ES_PT}[aií]d[oa]s?|(?:pos)?puest[oa]s?|salv[oa]s?|{_FR}ée?s?|mise?s?|inscrite?s?)\b"
)
_ES_PT_I = _of(
    """
    actualicé agendé agregué añadí anoté apunté borré cambié cancelé configuré
    creé eliminé guardé moví pospuse programé puse quité reprogramé reservé
    adicionei adiei agendei alterei anotei apaguei atualizei cancelei coloquei
    criei defini eliminei excluí guardei marquei movi mudei programei registei
    registrei remarquei removi reservei salvei
    """
)

# --- what is changed ---

_OWNED = _of("agenda alarm appointment calendar event meeting note reminder task to-?do")
_THING = _of(
    """
    alarm all appointment both breakfast calendar call change deadline dinner
    entry event everything invitation invite it item list lunch meeting note
    preference reminder session setting slot task that time_?zone timer to-?do
    qq+ #\\d+ aufgabe eintrag erinnerung notiz termin cita evento nota
    recordatorio reunión tarea événement rappel rendez-vous réunion tâche
    compromisso consulta lembrete reunião tarefa
    """
)
_PLACE = (
    r"(?:on|in|to|off|from) (?:your|the) (?:\S+ )?(?:agenda|books?|calendar|diary|list|schedule)\b"
)
_HOW = (
    r"(?: (?:now|just|also|then|both|all|successfully|automatically|duly"
    r"|g(?:one|o) ahead and|went ahead and))*"
)
_IS = r"(?=[ia'])(?:is|are|'s|'re)"
_MONTH_OR_DAY = _of("mon tue wed thu fri sat sun jan feb mar apr may jun jul aug sep oct nov dec")

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
    r"got you down\b|what i(?:'ve| have)? (?:did|done)\b|you're (?:booked in|down for)\b",
    rf"(?=[h'])(?:has|have|'s|'ve){_HOW} been{_HOW} {_DID}",
    rf"(?:was|were|got) (?:just|now|successfully) {_DID}",
    rf"(?:was|were) {_SOME}ed\b(?!(?: \S+){{0,2}}? (?:on|in|since) {_MONTH_OR_DAY})",
    rf"(?<=[,;:] )(?:{_THING})s? (?:{_SOME}ed|noted|set)(?=\W*$|\s*[^\w\s])",
    r"now (?:repeats|starts|begins|ends|runs|lasts|fires|falls|takes place)\b",
    rf"{_IS} (?:now|hereby) (?:{_DID}|(?:on|off|at|due|done|gone|called|named|in your)\b)",
    r"now an? (?:daily|weekly|monthly|yearly|recurring|repeating)\b",
    rf"{_IS} (?:{_DID}|{_PLACE})(?: \S+){{0,8}}? now\b",
    rf"{_IS} (?:back (?:on|in)|gone from) (?:your|the)\b|your (?:\S+ ){{1,6}}?(?:is|are) now\b",
    r"all (?:set|sorted|squared away|taken care of)\b|good to go\b|duly noted\b",
    r"consider (?:\S+ ){1,4}?(?:done|booked|sorted|scheduled|added|handled|noted)\b",
    r"(?:it|that)(?:'s| is)(?: all)? (?:done|sorted|taken care of)\b(?! (?:when|if|once|by))",
    rf"(?:ich habe?|habe? ich)\b(?: \S+){{0,14}}? {_DE}\b",
    rf"wurden?\b(?: \S+){{0,10}}? {_DE}\b|(?:ist|sind) (?:jetzt|nun)(?: \S+){{0,8}}? {_DE}\b",
    rf"he (?:\S+ )?{_ROMANCE}|(?:ha|han) sido {_ROMANCE}|se (?:ha|han) {_ROMANCE}",
    rf"acab(?:o|ei) de \w+[aei]r|(?:quedan?|ya está|já está|foi|foram) (?:\S+ )?{_ROMANCE}",
    # Looked at first, since there are many: how such a word ends.
    rf"(?=\w{{2,}}(?:[éí]|[aeouv]i|use|ini)\b){_ES_PT_I}\b",
    r"(?:j'ai|je l'ai|je les ai|a été|ont été|a bien été|est maintenant) (?:\S+ ){0,2}?" + _ROMANCE,
    r"je viens d(?:e |')\w+er\b|c'est (?:fait|noté|réservé|enregistré|ajouté|programmé)\b",
)
"""Anywhere in a sentence: a change was made."""
PROMISED = _any(
    r"(?:i'll|i will|i(?:'m| am) going to|let me)"
    r"(?: (?:now|also|just|then|definitely|certainly|be sure to|make sure to|go ahead and))* "
    r"(?:remind|ping|nudge|alert|notify|wake|remember|keep (?:(?:that|this|it) )?in mind"
    rf"|make a note|{_DO})\b",
    r"i(?:'ll| will) let you know (?:at|on|in|\d|tomorrow|tonight|an hour|the day|before)",
    r"you(?:'ll| will) (?:get|receive|have|hear)(?: \S+){0,3}? (?:reminder|nudge|alert|from me)\b",
    r"you(?:'ll| will) be (?:reminded|notified|alerted)\b|expect (?:a|my) (?:reminder|nudge)\b",
    r"(?:ich )?(?:erinnere|benachrichtige|wecke) (?:ich )?(?:dich|sie|euch)\b",
    r"ich werde (?:dich|sie|euch)\b(?: \S+){0,10}? (?:erinnern|benachrichtigen|wecken)\b",
    r"ich merke? (?:mir|es)\b|te voy a (?:recordar|avisar)\b|voy a (?:recordar|avisar)(?:te|le)\b",
    r"(?:te|le|se) (?:lo |la )?(?:recordaré|avisaré|notificaré)\b",
    r"je (?:te |vous )(?:le )?(?:rappellerai|préviendrai|avertirai)\b",
    r"je vais (?:te|vous) (?:le )?(?:rappeler|prévenir)\b|vou (?:te |lhe )?(?:lembrar|avisar)\b",
    r"(?:te|lhe) (?:lembrarei|avisarei)\b|(?:lembro|aviso)-te\b|eu te (?:lembro|aviso)\b",
)
"""Anywhere in a sentence: what only a stored row can keep."""
_ALONE = r"(?=\W*$|\s*[^\w\s])"
_FREE = (
    r"(?=\W*$|\s*[^\w\s]|\s(?:for|to|at|on|from|in|with|by|until|as|successfully|now|too|instead"
    r"|für|auf|um|para|pour|à|às|au)\b)"
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
    rf"(?:all |that's |it's )?{_of('done hecho listo pronto feito fertig fait')}"
    r"(?=\s*[^\w\s:'’]|\W*$|: [^\W\d]| for you)",
    r"(?:just |now |also |all |successfully )*"
    rf"(?:{_of('add book chang creat logg mov not postpon push record remov renam reschedul')}"
    rf"|{_of('reserv restor revert snooz updat')})ed\b"
    r"(?! (?:tasks|events|reminders|items|notes)\b)",
    rf"{_of('archiv block cancell? clear clos complet delet mark sav schedul')}ed\b"
    r"(?!.{0,80}:$| ?:| \d+ of)"
    r"(?! (?:tasks|events|reminders|meetings|items|notes|appointments|ones|calls)\b)",
    rf"set(?= for| to|\W*$)|(?:sorted|undone|forgotten|on it|i'm on it){_ALONE}"
    r"|taken care of\b|will do\b|made (?:it|that|them) ",
    rf"{_of('add book cancell? creat delet mov schedul sett')}ing\b"
    r".{1,80}?(?:\bnow\b|for you|…|\.\.\.)",
    rf"(?:{_NAMING}){{0,3}}?{_THING}s?:?"
    r"(?: (?:with|about|for|to|on|at|number|#?\d+)(?: \S+){1,4}?)?"
    rf"{_HOW} (?:{_DID}|{_DE}\b|{_ROMANCE}){_FREE}{_NO_VERB}",
    rf"(?:\d+|two|three|both|all)(?: \w+)? {_THING}s? {_SOME}ed{_FREE}|\d+ \w+ cancell?ed{_FREE}",
    rf"(?:ist )?{_DE}{_FREE}|{_ROMANCE}{_FREE}",
)
"""Where a sentence begins, after what ACKNOWLEDGED matches: "Reminder set", "Booked."."""
STATE = _any(
    r"(?!(?:you|he|she|they|who)\b)\w+ "
    rf"(?:{_SOME}|{_of('book cancell? postpon push')})ed (?:to|by|until|for|from)\b",
    rf"{_IS} (?:in|on|off|gone)(?=\W*$|\s*[^\w\s]| for\b| from \d| until\b)",
    rf"{_IS}(?: all| both)? (?:{_DID}|{_PLACE})",
    rf"(?:ist|sind|está|están|estão|est|sont)(?: \S+){{0,8}}? (?:{_DE}\b|{_ROMANCE})",
)
"""A claim after a word that confirms; else how things stand."""
_CONFIRMS = _of(
    """
    al(?:l_)?right awesome cool excellent got_it great lovely no_problem
    no_worries ok(?:ay)? perfect sounds_good understood wonderful you_got_it
    alles_klar gut perfekt prima super de_acuerdo muy_bien perfecto vale
    d'accord entendu parfait très_bien certo combinado perfeito
    """
)
_ANSWERS = _of(
    """
    absolutely certainly of_course sure(?:_thing)? thanks thank_you yep yes
    gerne? ja klar claro sí bien_sûr oui voilà sim
    """
)
ACKNOWLEDGED = re.compile(
    rf"[\W_]*(?:\d+[.)] )?[\W_]*(?:(?:(?P<confirms>{_CONFIRMS})|{_ANSWERS})\b(?!')[\W_]*)*"
)
"""Marks, and words that only acknowledge, at the beginning of a sentence."""

# --- what makes it no claim ---

_NOT = _of(
    r"""
    not never nothing none neither nor without unable failed cannot nicht
    kein\w* nichts nada ning[uú]n\w* nunca sin pas rien aucune? jamais não
    nenhuma? sem
    """
)
DENIED = re.compile(
    rf"\b{_NOT}\b|\bno\b(?! (?:problem|worries|later))|(?<!do)n't\b|\bdon't(?! worry)"
)
NOTHING_AFTER = re.compile(r" (?:nothing|none|no|neither)\b")
_SUPPOSING = _of(
    """
    if once when whenever until unless as_soon_as whether could would should
    might may must wenn sobald falls ob cuando si quand lorsque dès quando
    assim_que
    """
)
DEPENDS = re.compile(rf"\b{_SUPPOSING}\b")
_IF_YOU = _of(
    """
    cuando_me en_cuanto dès_que quand_(?:tu|vous)
    se_(?:quiser|preferir|você|tu|me) quando_me assim_que
    """
)
OFFERED = re.compile(
    rf"\b(?:{_IF_YOU}|if|once|unless|as soon as|wenn|sobald|falls|si|when(?:ever)? you"
    rf"(?:'re| {_of('are confirm decide give know let need reply say send tell want')}))\b"
)
"""Before a promise."""
OFFERED_AFTER = re.compile(
    rf"\b(?:{_IF_YOU}|(?:if|once|unless|as soon as) you|(?:wenn|sobald|falls) (?:du|sie|ihr)"
    r"|si (?:quieres|me|lo|tu|vous)"
    r"|when(?:ever)? you(?:'re| confirm| give| reply| say| send| tell))\b"
)
_TELL = _of(
    """
    answer choose confirm give let_me_know name pick reply say send share tell
    type write sag dime diga dis
    """
)
INSTRUCTED = re.compile(rf"\b{_TELL}\b")
"""Before a promise: what the person is to do first."""
_TOLD = _of(
    """
    mentioned reads said says told writes wrote geschrieben schriebst dijiste
    escribiste écrit disseste escreveu
    """
)
ELSEWHERE = re.compile(
    rf"\b(?<!as you )(?<!like you )(?<!that ){_TOLD}\b"
    r"|\b(?:'s|your) (?:note|message|mail|text):"
)
"""Before a claim: someone else's words follow."""
BEFORE = re.compile(
    r"\b(?:(?<!from )(?:yesterday|last (?:week|night|month|year|time|\w+day))\b(?!')"
    r"|(?:ago|previously|originally|earlier (?:today|this|on|in))\b"
    r"|(?:gestern|letzte\w*|vor \S+ (?:tag|woch|monat|stund)en)\b"
    r"|(?:ayer|hace|pasad[oa](?! mañana))\b|hier(?: soir| matin|\W*$)|(?:dernière?|il y a)\b"
    r"|(?:ontem|passad[oa]|atrás)\b|há \S+ (?:dia|semana|hora|mes))"
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
    r"(?:[^\w\s'#/.:@-]|[.:](?=\s|$)|\s-+(?=\s))+\s*|\band (?=i\b|i'|it\b|your\b|the\b)"
    rf"|\b{_of('but so because although aber pero mais mas')}\b"
)
"""Between clauses."""
LISTED = re.compile(
    rf"{_of('scheduled booked planned cancell?ed completed geplant erledigt agendad[oa]s?')}$"
)
"""What a heading or an item of a list says of how things stand."""
ITEM = re.compile(r"\s*(?:[-•–]|\d+[.)]) ")
QUESTION_END = re.compile(r"\?\W*$")
PUNCTUATION = " ?!.,;:…)\"'”’»"

# --- the text as it was written ---

SENTENCE_END = re.compile(
    r"[.!?…\n](?:(?<=\n)\n*|(?<!\n)(?<![.!?…].)(?<!\d\.)(?<![ap]\.m\.)(?<![AP]\.M\.)(?<!\b[DMS]r\.)"
    r"(?<!\bMs\.)(?<!\bMrs\.)(?<!\be\.g\.)(?<!\bi\.e\.)[.!?…]*[)\]\"'”’»*_]*\s+)"
)
"""No end: 3 p.m., Dr. Silva, 27. November, the number of a list's item."""
QUOTED = re.compile(
    r"^[ \t]*>.*$|\"[^\"\n]*\"|„[^„“”\n]*[“”]|“[^“”\n]*”|«[^«»\n]*»|`[^`\n]+`"
    r"|(?<!\w)['‘](?=\w)(?:[^'’‘\n]|(?<=\w)['’](?=\w))*['’](?!\w)",
    re.MULTILINE,
)
OPEN_QUOTE = re.compile(r"[\"„“«`]|(?<!\w)['‘](?=\w|$)")
"""In a text whose quotations are masked: one that has no end yet."""
UNSEEN = re.compile(r"[*_`~\x00-\x08\x0b\x0c\x0e-\x1f\u00ad\u200b-\u200f\u2060\ufeff]+")
"""Markup, and characters that do not show."""
