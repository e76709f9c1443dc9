"""Whether a message is in another language than English, and how it then asks for thought.

German, French, Spanish, Portuguese, Italian and Dutch, by the small words that every sentence has;
any other language by the lack of English ones. All words stand here without accents, as `plain`
writes them.
"""

import re
import unicodedata

SENTENCE = 6
"""Words from which on English is hardly without a small one."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ENGLISH = _words(
    """
    about after all am an and any are as at be because been before but by can could did do does
    done for from get give had has have he her him his how i if in into is it its just let like
    me more most my need no not now of off on one or our out please put she should so some tell
    than that the their them then there these they this those to up us was we were what when where
    which who why will with would you your
    """
)
_OTHER = _words(
    # German
    """
    aber alle als auch auf aus bei bitte bis das dass dem den der dir du ein eine einen einer er
    es fuer fur habe hast heute ich ihr im ist jetzt kann kannst konntest mein meine meinen meiner
    mich mir mit mochte morgen muss nach nicht noch nur oder sein sich sie sind soll sollte uber
    um und uns vom von wann warum wenn wer wie wir wird wo zu zum zur
    """
    # French
    """
    ai au aujourd aux avant avec ce ces cette comment dans de demain des dois du elle est et
    etre fais faut je la le les leur lui ma mais mes moi mon ne nous ou par pas peux plus pour
    pourquoi quand que quel quelle qui sans ses suis sur ta te toi tous tout tu un une veux vous
    """
    # Spanish and Portuguese
    """
    ahora amanha antes ao aos com como con cual cuando da das debo dela dele deve devo dia do dos e
    ela ele em entre esta este estoy eu fazer hacer hasta hay hoje hoy isso isto la las lo los
    manana mas meu meus mi minha minhas mis muy na nao nas no nos nossa o os para pela pelo pero por
    porque posso puedes puedo qual quando que quiero se ser sin sobre su tambem tambien te tem
    tenho tengo todo todos tu tudo uma una uno voce y ya yo
    """
    # Italian
    """
    alla anche che chi ci con cosa da dal dalla degli dei del della delle devo di domani
    dopo e gli ho il io la le lo mi mia mie miei mio nel nella non oggi ogni per perche piu poi
    posso puoi quali quando questa questo sono su sua sulla suo tra tutti tutto un una vorrei
    """
    # Dutch
    """
    aan als bij dat de deze dit een en er geen graag heb hebben het hoe ik je jij kan kun maar
    mag me mij mijn moet morgen na naar niet nog nu of om ook op te toch tot uit van vandaag voor
    waar waarom wanneer wat wel we wie wil zal ze zijn zo zou
    """
)
_WORD = re.compile(r"[^\W\d_]+")


def _any(words: str) -> re.Pattern[str]:
    """One of these: parted by white space, `_` is a space, `*` any ending."""
    pattern = "|".join(words.split()).replace("_", " ").replace("*", r"\w*")
    return re.compile(rf"\b(?:{pattern})\b")


THOUGHT = _any(
    # German
    """
    plan plane planen planst plant planung organisier* ordne ordnen priorisier* prioritat*
    vergleich* analys* fasse zusammenfass* erklar* vorschlag* schlag_mir schlage_mir empfiehl*
    empfehl* entscheid* entwirf entwurf formulier* strategie
    """
    # French
    """
    planifi* organis* reorganis* priori* compar* analys* resum* expliqu* propos* sugger* conseill*
    recommand* decid* redig*
    """
    # Spanish and Portuguese
    """
    planific* planea* planej* organic* organiz* reorganiz* priori* analic* analis* analiz* expli*
    sugier* suger* sugir* aconsej* aconselh* recomend* recomiend* redact* redij* escolh* estrategia
    """
    # Italian
    """
    pianific* organizz* riorganizz* confront* paragon* analizz* riassum* spieg* consigli*
    raccomand* scegli* proponi* strategia
    """
    # Dutch
    """
    plannen planning organiseer* orden* vergelijk* analyseer* samenvat* vat_samen uitleg* leg_uit
    voorstel* adviseer* advies beslis* kies kiezen
    """
)
"""Finds what asks to plan, compare, explain and the like, in what `plain` returns."""
OPEN = _any(
    # German
    """
    warum wieso weshalb wie_kann* wie_soll* was_soll* was_wenn welche* soll_ich sollte_ich hilf_mir
    hilfst_du_mir mir_helfen
    """
    # French
    """
    pourquoi comment_je comment_dois* comment_puis* comment_faire que_dois* que_faire qu_est_ce_que
    lequel laquelle lesquel* aide_moi aidez_moi m_aider dois_je devrais_je
    """
    # Spanish and Portuguese
    """
    por_que como_debo como_deberia como_puedo como_devo como_deveria como_posso que_debo que_deberia
    que_devo que_faco cual cuales qual quais ayudame ayudarme me_ayud* ajuda_me ajudar_me me_ajud*
    """
    # Italian
    """
    perche come_devo come_dovrei come_posso cosa_devo cosa_dovrei quale quali aiutami aiutarmi
    mi_aiut*
    """
    # Dutch
    """
    waarom hoe_moet hoe_kan hoe_zou wat_moet wat_als welke moet_ik help_me help_mij me_helpen
    """
)
"""Finds open questions: why, how should I, help me."""


def plain(text: str) -> str:
    """The words alone, in lower case and without accents: "Ayúdame, ¿qué?" is "ayudame que"."""
    composed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in composed if not unicodedata.combining(char))
    return " ".join(_WORD.findall(bare))


def is_other(text: str) -> bool:
    """Whether `text` is in another language than English, as far as its words tell."""
    words = plain(text).split()
    english = sum(word in _ENGLISH for word in words)
    if other := sum(word in _OTHER for word in words):
        return other > english
    return not english and (len(words) >= SENTENCE or not "".join(words).isascii())
