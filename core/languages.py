"""The languages that a model can be asked to answer in, by their ISO 639-1 codes."""

import unicodedata

NAMES = {
    "ar": ("Arabic", "العربية"), "bg": ("Bulgarian", "Български"), "bn": ("Bengali", "বাংলা"),
    "ca": ("Catalan", "Català"), "cs": ("Czech", "Čeština"), "da": ("Danish", "Dansk"),
    "de": ("German", "Deutsch"), "el": ("Greek", "Ελληνικά"), "en": ("English", "English"),
    "es": ("Spanish", "Español"), "et": ("Estonian", "Eesti"), "fa": ("Persian", "فارسی"),
    "fi": ("Finnish", "Suomi"), "fr": ("French", "Français"), "he": ("Hebrew", "עברית"),
    "hi": ("Hindi", "हिन्दी"), "hr": ("Croatian", "Hrvatski"), "hu": ("Hungarian", "Magyar"),
    "id": ("Indonesian", "Bahasa Indonesia"), "it": ("Italian", "Italiano"),
    "ja": ("Japanese", "日本語"), "ko": ("Korean", "한국어"), "lt": ("Lithuanian", "Lietuvių"),
    "lv": ("Latvian", "Latviešu"), "ms": ("Malay", "Bahasa Melayu"), "nl": ("Dutch", "Nederlands"),
    "no": ("Norwegian", "Norsk"), "pl": ("Polish", "Polski"), "pt": ("Portuguese", "Português"),
    "ro": ("Romanian", "Română"), "ru": ("Russian", "Русский"), "sk": ("Slovak", "Slovenčina"),
    "sl": ("Slovenian", "Slovenščina"), "sr": ("Serbian", "Српски"), "sv": ("Swedish", "Svenska"),
    "sw": ("Swahili", "Kiswahili"), "ta": ("Tamil", "தமிழ்"), "th": ("Thai", "ไทย"),
    "tl": ("Tagalog", "Tagalog"), "tr": ("Turkish", "Türkçe"), "uk": ("Ukrainian", "Українська"),
    "ur": ("Urdu", "اردو"), "vi": ("Vietnamese", "Tiếng Việt"), "zh": ("Chinese", "中文"),
}  # fmt: skip
"""In English, and as its speakers call it."""
MANY_SPEAK = ("en", "es", "pt", "fr", "de", "it", "hi", "ar", "zh", "ja", "ru")
"""For a short list to choose from."""


def language_named(words: str) -> str | None:
    """The code of a language by code or either name, whatever case and accents; else None."""
    wanted = _plain(words)
    return _BY_NAME.get(wanted) or _BY_NAME.get(wanted.partition("-")[0])


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", " ".join(text.casefold().split()))
    return "".join(char for char in folded if not unicodedata.combining(char))


_BY_NAME = {_plain(name): code for code, names in NAMES.items() for name in (code, *names)}
