"""The words of claims in the languages beside English, in everyday words.

As in `core.claim_words`: patterns read one sentence in lower case, with single spaces, straight
apostrophes and no "ё".
"""

from dataclasses import dataclass


def of(words: str) -> str:
    """One of these: parted by white space, `_` is a space."""
    return f"(?:{'|'.join(words.split())})".replace("_", " ")


@dataclass(frozen=True, kw_only=True, slots=True)
class Language:
    """What one language adds. Patterns, or words for `of`; a pattern begins where a word does."""

    past: str
    """How a change is told without a subject: "gelöscht", with its end."""
    changed: tuple[str, ...]
    """Anywhere in a sentence: a change was made."""
    promised: tuple[str, ...]
    """Anywhere in a sentence: what only a stored row can keep."""
    opening: tuple[str, ...] = ()
    """Where a sentence begins, beside `past`: a change was made."""
    are: str
    """Before `past`: how things stand."""
    things: str
    """What is changed."""
    after: str
    """Prepositions that follow `past` where it stands alone."""
    done: str
    confirms: str
    answers: str
    no: str
    supposing: str
    """What makes it depend, before the change in its clause."""
    if_you: str
    """What makes a promise an offer, before or after it."""
    told: str
    """Someone else's words follow."""
    tell: str
    """What the person is to do first."""
    over: str
    """Pattern: a time that is over."""
    but: str


_DE = (
    of(
        """
        abgehakt abgesagt abgeschlossen aktiviert aktualisiert angelegt angepasst
        aufgeschrieben ausgeschaltet deaktiviert eingeplant eingerichtet
        eingeschaltet eingetragen entfernt erledigt erstellt festgehalten geblockt
        gebucht geändert gelöscht gemerkt geplant gesetzt gespeichert gestellt
        gestrichen hinzugefügt markiert notiert reserviert storniert umbenannt
        verkürzt verlegt verlängert vermerkt verschoben vorgemerkt wiederhergestellt
        zurückgesetzt
        """
    )
    + r"\b"
)
GERMAN = Language(
    past=_DE,
    changed=(
        rf"(?:ich habe?(?:'s)?|habe? ich)\b(?: \S+){{0,14}}? {_DE}",
        rf"wurden?\b(?: \S+){{0,10}}? {_DE}|(?:ist|sind) (?:jetzt|nun)(?: \S+){{0,8}}? {_DE}",
        r"(?:ist|sind|steht|stehen|beginnt|beginnen) (?:jetzt|nun|ab jetzt|wieder)"
        r" (?:a[mn]|um|auf|für|i[mn]|weg|aktiv)\b",
        r"ist erledigt\b",
    ),
    promised=(
        r"(?:ich )?(?:erinnere|benachrichtige|wecke) (?:ich )?(?:dich|sie|euch)\b",
        r"ich werde (?:dich|sie|euch)\b(?: \S+){0,10}? (?:erinnern|benachrichtigen|wecken)\b",
        r"ich merke? (?:mir|es)\b",
        r"ich melde mich(?: \S+){0,5}? (?:bei (?:dir|ihnen)|um|am|morgen)\b",
        r"(?:ich (?:schicke|sende) (?:dir|ihnen)|(?:du|sie) (?:bekommst|kriegst|erhältst"
        r"|bekommen|erhalten))(?: \S+){0,7}? (?:erinnerung|benachrichtigung)\b",
        r"ich (?:trage|lege|setze|stelle|verschiebe|lösche|streiche|notiere|erstelle) (?:es|das"
        r"|dir|den|die|ihn|eine?n?)\b",
    ),
    opening=(
        rf"(?:ist|alles) {_DE}",
        rf"habe?\b(?: \S+){{0,14}}? {_DE}",
        r"(?:ist|sind|steht|stehen) (?:jetzt |nun )?(?:drin\b|im kalender|i[nm] dei\w+ kalender"
        r"|auf de[ri]\w* liste)",
    ),
    are="ist sind",
    things="aufgabe eintrag erinnerung notiz termin besprechung wecker",
    after="für auf um am",
    done="fertig",
    confirms="alles_klar gut perfekt prima super in_ordnung",
    answers="gerne? ja klar",
    no=r"nicht kein\w* nichts",
    supposing="wenn sobald falls ob",
    if_you="(?:wenn|sobald|falls)_(?:du|sie|ihr)",
    told="geschrieben schriebst",
    tell="sag gib nenn",
    over=r"(?:gestern|letzte\w*|vor \S+ (?:tag|woch|monat|stund)en)\b",
    but="aber",
)
_NL = (
    of(
        """
        aangemaakt aangepast aangezet afgerond afgevinkt afgezegd bijgewerkt geannuleerd
        geblokkeerd geboekt gemaakt gemarkeerd genoteerd gepland gereserveerd
        geschrapt gewijzigd gewist gezet hernoemd hersteld ingepland ingeschakeld
        ingesteld onthouden opgeschreven opgeslagen toegevoegd uitgeschakeld
        uitgesteld uitgezet verplaatst verschoven verwijderd verzet voltooid
        """
    )
    + r"\b"
)
DUTCH = Language(
    past=_NL,
    changed=(
        rf"(?:ik heb|heb ik)\b(?: \S+){{0,14}}? {_NL}",
        rf"(?:is|zijn) (?:nu|inmiddels|zojuist)(?: \S+){{0,8}}? {_NL}",
        rf"(?:is|zijn|werd|werden)(?: \S+){{0,3}}? (?!geboekt|gepland|gereserveerd|ingepland){_NL}",
        r"(?:is|zijn|staat|staan) nu (?:op|om|in|weg|aan|uit)\b|staa[tn] erin\b",
    ),
    promised=(
        r"(?:ik )?(?:herinner|waarschuw|wek) (?:ik )?(?:je|jou|u|jullie)\b",
        r"ik (?:zal|ga) (?:je|jou|u|jullie)\b(?: \S+){0,10}? (?:herinneren|waarschuwen|wekken)\b",
        r"(?:ik stuur (?:je|u)|(?:je|u) (?:krijgt|ontvangt))(?: \S+){0,7}?"
        r" (?:herinnering|melding)\b",
        r"ik (?:zal|ga) (?:het|dat|dit|een|de)\b(?: \S+){0,6}? (?:toevoegen|instellen|verplaatsen"
        r"|verwijderen|noteren|onthouden|inplannen)\b",
    ),
    opening=(rf"is {_NL}", r"staat (?:nu )?(?:erin|in je agenda|op je lijst)"),
    are="zijn staat staan",
    things="taak afspraak herinnering vergadering notitie wekker",
    after="voor naar op om",
    done="klaar gedaan geregeld gelukt",
    confirms="oké prima goed begrepen perfect is_goed",
    answers="natuurlijk zeker graag",
    no="niet geen niets nooit",
    supposing="als zodra wanneer indien",
    if_you="(?:als|zodra|indien)_(?:je|jij|u|jullie)",
    told="geschreven schreef",
    tell="zeg geef",
    over=r"(?:gisteren|vorige|geleden)\b",
    but="maar",
)
_ES_PT = (
    of(
        """
        actualiz adi adicion agend agreg alter añad anot apag aplaz apunt atualiz
        borr cambi cancel coloc complet conclu configur cre cri defin elimin exclu
        fij guard marc modific mov mud program quit regist registr remarc remov
        reprogram reserv
        """
    )
    + r"[aií]d[oa]s?"
)
_ES = rf"(?:{_ES_PT}|(?:pos)?puest[oa]s?)\b"
_PT = rf"(?:{_ES_PT}|salv[oa]s?)\b"
SPANISH = Language(
    past=_ES,
    changed=(
        rf"he (?:\S+ )?{_ES}|(?:ha|han) (?:sido|quedado) {_ES}|se (?:ha|han) {_ES}",
        rf"acabo de \w+[aei]r|(?:quedan?|quedó|ya está|fue|fueron) (?:\S+ )?{_ES}",
        r"(?:ahora (?:es|son|está)|(?:es|está) ahora)(?! las?\b)(?: el| a| en| program\w+)\b",
        # Looked at first, since there are many: how such a word ends.
        r"(?=\w{2,}(?:[éí]|use)\b)"
        + of(
            """
            actualicé agendé agregué añadí anoté apunté borré cambié cancelé configuré
            creé eliminé guardé moví pospuse programé puse quité reprogramé reservé
            """
        )
        + r"\b",
    ),
    promised=(
        r"te voy a (?:recordar|avisar)\b|voy a (?:recordar|avisar)(?:te|le)\b",
        r"(?:te|le|se) (?:lo |la )?(?:recordaré|avisaré|notificaré)\b",
        r"te (?:aviso|lo recuerdo|recuerdo) (?:mañana|a las?|el|en|esta)\b",
        r"(?:recibirás|recibirá|tendrás|te (?:mando|envío|mandaré|enviaré))(?: \S+){0,4}?"
        r" (?:recordatorio|aviso|notificación)\b",
    ),
    are="está están",
    things="tarea evento cita nota recordatorio reunión",
    after="para a en",
    done="hecho listo",
    confirms="de_acuerdo muy_bien perfecto vale",
    answers="claro sí",
    no=r"nada ning[uú]n\w* nunca sin",
    supposing="cuando si",
    if_you="cuando_me en_cuanto si_(?:quieres|me|lo|prefieres|te)",
    told="dijiste escribiste",
    tell="dime diga",
    over=r"(?:ayer|hace|pasad[oa](?! mañana))\b",
    but="pero",
)
PORTUGUESE = Language(
    past=_PT,
    changed=(
        rf"acabei de \w+[aei]r|(?:já está|foi|foram) (?:\S+ )?{_PT}",
        r"(?:agora (?:é|está)|é agora|está agora)(?: n[oa]s? \S+| às?| em| para)\b",
        r"está n[oa] (?:tua|sua) (?:agenda|lista) agora\b",
        r"(?=\w{2,}(?:ei|ini|uí|vi)\b)"
        + of(
            """
            adicionei adiei agendei alterei anotei apaguei atualizei cancelei coloquei
            criei defini eliminei excluí guardei marquei movi mudei programei registei
            registrei remarquei removi reservei salvei
            """
        )
        + r"\b",
    ),
    promised=(
        r"vou (?:te |lhe )?(?:lembrar|avisar)\b",
        r"(?:te|lhe) (?:lembrarei|avisarei)\b|(?:lembro|aviso)-te\b|eu te (?:lembro|aviso)\b",
        r"(?:(?:vai |vais )?receber(?:ás?)?|(?:vou )?(?:te |lhe )?(?:mand|envi)ar(?:ei)?(?:-te)?)"
        r"(?: \S+){0,4}? (?:lembrete|aviso|notificação)\b",
        r"aviso (?:você|vocês)\b",
    ),
    are="estão",
    things="tarefa compromisso consulta lembrete reunião",
    after="à às em",
    done="pronto feito",
    confirms="certo combinado perfeito",
    answers="sim",
    no="não nenhuma? jamais sem",
    supposing="quando assim_que",
    if_you="se_(?:quiser|preferir|você|tu|me|quiseres) quando_me assim_que",
    told="disseste escreveu",
    tell="diga diz",
    over=r"(?:ontem|passad[oa]|atrás)\b|há \S+ (?:dia|semana|hora|mes)",
    but="mas",
)
_FR = (
    "(?:"
    + of(
        """
        ajout annul bloqu chang coch cré décal déplac effac enregistr fix modifi not
        planifi programm report réserv supprim
        """
    )
    + r"ée?s?|mise?s?|inscrite?s?)\b"
)
FRENCH = Language(
    past=_FR,
    changed=(
        r"(?:j'|je (?:\S+ ){0,2}?|je (?:\S+ )?[lt]')ai (?:\S+ ){0,2}?" + _FR,
        rf"(?:a été|ont été|a bien été|est maintenant|sont maintenant) (?:\S+ ){{0,2}}?{_FR}",
        r"(?<!il )est maintenant (?:à|au|le|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b",
        r"je viens d(?:e |')\w+er\b|c'est (?:fait|noté|réservé|enregistré|ajouté|programmé)\b",
    ),
    promised=(
        r"je (?:te |vous )(?:le |la )?(?:rappellerai|préviendrai|avertirai)\b",
        r"je (?:te |vous )(?:le |la )?(?:rappelle|préviens) (?:demain|à|dans|ce|lundi)\b",
        r"je vais (?:te|vous) (?:le )?(?:rappeler|prévenir)\b",
        r"(?:tu recevras|vous recevrez|je (?:t'|vous )enverrai)(?: \S+){0,4}?"
        r" (?:rappel|notification)\b",
    ),
    are="est sont",
    things="événement rappel rendez-vous réunion tâche",
    after="pour au",
    done="fait",
    confirms="d'accord entendu parfait très_bien c'est_bon",
    answers="bien_sûr oui voilà",
    no="pas rien aucune? jamais",
    supposing="si quand lorsque dès",
    if_you="dès_que quand_(?:tu|vous) si_(?:tu|vous)",
    told="écrit",
    tell="dis dites dis-moi dites-moi",
    over=r"hier(?: soir| matin|\W*$)|(?:dernière?|il y a)\b",
    but="mais",
)
_IT = (
    "(?:"
    + of(
        """
        aggiornat aggiunt annotat annullat anticipat appuntat archiviat attivat
        bloccat cambiat cancellat completat creat disattivat eliminat fissat inserit
        memorizzat mess modificat pianificat posticipat prenotat programmat
        registrat rimoss rinominat rinviat ripristinat salvat segnat spostat
        impostat tolt
        """
    )
    + r"[oaie]|preso nota)\b"
)
ITALIAN = Language(
    past=_IT,
    changed=(
        rf"ho (?:\S+ ){{0,2}}?{_IT}|(?:è|sono) stat[oaie] (?:\S+ )?{_IT}",
        rf"(?:è|sono) (?:ora|adesso)(?: \S+){{0,2}}? {_IT}|ho appena \w+t[oaie]\b",
        r"(?:è|sono) (?:ora|adesso) (?:all[ae']|a|il|in|nel|di|lunedì|venerdì)\b",
    ),
    promised=(
        r"(?:ti|vi|le|te lo|glielo) (?:ricorderò|avviserò|avvertirò|sveglierò)\b",
        r"(?:ti|te lo) (?:avviso|ricordo) (?:domani|alle|tra|fra|il|lunedì|venerdì|stasera)\b",
        r"(?:riceverai|riceverà|avrai|ti (?:mando|invio|manderò|invierò))(?: \S+){0,4}?"
        r" (?:promemoria|avviso|notifica)\b",
    ),
    are="è sono",
    things="promemoria appuntamento attività riunione sveglia nota compito",
    after="per alle nel nella in",
    done="fatto",
    confirms="va_bene certo perfetto d'accordo ottimo capito ok",
    answers="certamente volentieri",
    no=r"non niente nulla nessun\w* mai senza",
    supposing="se quando appena",
    if_you="se_(?:vuoi|vuole|preferisci|mi|ti) quando_(?:mi|vuoi) appena_mi",
    told="scritto scrive",
    tell="dimmi mi_dica",
    over=r"(?:ieri|scors[oa]|(?:giorn[oi]|settiman[ae]|or[ae]|mes[ei]|minut[oi]) fa)\b",
    but="ma però",
)
_RU_I = (
    "(?:(?:"
    + of(
        """
        внес добави записа запомни запланирова забронирова заверши измени назначи
        настрои обнови отключи отложи отмени отмети очисти переименова перемести
        постави восстанови сдвину созда сохрани удали установи убра включи
        выключи выполни
        """
    )
    + "ла?)|перенес(?:ла)?|внес(?:ла)?)\\b"
)
_RU = (
    of(
        """
        внесен добавлен записан забронирован завершен изменен назначен настроен
        обновлен отключен отложен отменен отмечен очищен переименован перемещен
        перенесен поставлен восстановлен сдвинут создан сохранен удален установлен
        убран включен выключен выполнен
        """
    )
    + r"[аоы]?\b"
)
RUSSIAN = Language(
    past=_RU,
    changed=(
        rf"я (?:\S+ ){{0,3}}?{_RU_I}",
        rf"(?=[а-я])(?!записан|назначен|забронирован){_RU}(?! вами)",
        rf"(?:был[аио]?|теперь) (?:\S+ )?{_RU}|теперь (?:в|на|начинается|стоит)\b",
    ),
    promised=(
        r"(?:напомню|сообщу|уведомлю|предупрежу|разбужу)\b",
        r"(?:(?:вы )?получите|(?:ты )?получишь|пришлю|отправлю)(?: \S+){0,4}?"
        r" (?:напоминани|уведомлени)",
    ),
    opening=(_RU_I,),
    are="уже",
    things="напоминание встреча задача событие заметка будильник",
    after="на в для",
    done="готово сделано",
    confirms="хорошо отлично ок понял поняла ясно прекрасно принято",
    answers="да конечно",
    no="не нет ни ничего никак без нельзя",
    supposing="если когда как_только",
    if_you="если как_только когда_(?:вы|ты)",
    told="написали написал сказали",
    tell="скажите скажи укажите назовите",
    over=r"(?:вчера|позавчера|назад|прошл\w+|ранее)\b",
    but="но однако",
)

LANGUAGES = (GERMAN, DUTCH, SPANISH, PORTUGUESE, FRENCH, ITALIAN, RUSSIAN)

# Japanese is written without spaces: its words are found inside others.

_JA = (
    "(?:(?:設定|追加|作成|登録|変更|更新|削除|消去|移動|保存|予約|キャンセル|完了|延期|メモ|記録|記憶"
    "|セット|反映|復元|リスケ|無効に|有効に|オフに|オンに)を?(?:いたし|させていただき|し|され)"
    "|入れ|加え|移し|消し|取り消し|書き留め|覚え|外し|ずらし|動かし|変え|押さえ)"
)
JAPANESE_CHANGED = rf"{_JA}(?:ておき)?ました|{_JA}(?:ておい)?た(?:よ|ね)"
JAPANESE_PROMISED = (
    "(?:お知らせ|リマインド|通知|お声がけ|ご?連絡|(?:リマインダー|アラーム).{0,6}設定|追加)(?:いた)?し(?:てお"
    "き)?ます|(?:通知|リマインダー)[をが](?:お?送り|届き)ます"
)
JAPANESE_CONFIRMS = "了解(?:です|しました)?|わかりました|かしこまりました|承知しました|はい"
JAPANESE_NOT = "ません|ない|なかった|失敗|あなた[がは]|さん[がは]"
JAPANESE_IF = "れば|たら|なら|場合"
JAPANESE_OVER = "昨日|先週|先月|去年|以前"
