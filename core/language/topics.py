"""What others are for: the world, other devices, other apps. Asked about these, Pixie says so."""

import re

from core.language.words import word

TOPICS = {
    "weather": r"weather|forecast|temperature|rain(?:s|ing|y|fall)?|snow(?:ing|y)?|sunny|cloudy|"
    r"humid(?:ity)?|windy|umbrella|degrees|thunderstorms?|storm|hurricane|tornado|"
    r"warmer|colder|celsius|fahrenheit|blizzard|sunrise|sunset|hot outside|cold outside|"
    r"how (?:hot|cold|warm)|frost|drizzle|hail|heat ?wave|sweater",
    "music and media": r"music|songs?|playlists?|podcasts?|radio|audiobooks?|spotify|albums?|"
    r"tunes?|"
    r"volume|louder|quieter|fm|mute|unmute|spotify|pandora|netflix|youtube|lyrics|singer|"
    r"artist|band(?! practice)|shuffle|soundtrack|jazz|tv|television|channel|"
    r"movies? (?:are|is)? ?playing|"
    r"what movies?|movie times|showtimes|box office|rated|rating|reviews?(?= (?:of|for|about|say))|"
    r"theat(?:er|re)s?|film|speakers?|trailer|tracks?|episode|rock and roll|audio ?book",
    "the house": r"lights?|lamps?|lighting|bulbs?|plug|socket|vacuum|roomba|robot|hoover|"
    r"thermostat|"
    r"furnace|oven to|heating|heater|air con\w*|ac|fan|wemo|smart|dim|brighten|brightness|"
    r"coffee (?:machine|maker|pot)|crockpot|garage door|lock the|unlock|temp|kettle|"
    r"espresso|latte|cappuccino|brew|blinds|switch on|cup of coffee|"
    r"make (?:me )?(?:a |some )?coffee",
    "news": r"news|headlines?|stocks?(?! up)|shares?(?= of)|stock market|dow jones|nasdaq|"
    r"s&p|election|"
    r"president|bbc|cnn|nfl|nba|scores?|who won|did .{1,30} win|world cup|"
    r"politics|government|war(?! room)",
    "money": r"exchange rate|currency|dollars?|euros?|pounds?|pesos?|yen|usd|rupees?|convert|"
    r"conversion|bank(?:s|ing)?(?! holiday)|balance|checking|savings|credit|debit|apr|loan|"
    r"mortgage|routing number|pin number|transactions?|transfer|interest rate|401k|income|"
    r"direct deposit|w-?2|tax(?:es)?|insurance|overdraft|fraud|(?:my )?bill(?= (?:amount|due))|"
    r"spending|spent|paycheck|payday|salary|cost|price|worth|bitcoin|atm|checks? (?:order|book)|"
    r"visa|mastercard|amex|freeze my|rewards? (?:points|card)|account(?!ant)|minimum payment",
    "knowledge": r"defin(?:e|ition|itions)|meaning of|what does .{1,40} mean|synonyms?|"
    r"spell(?:ing)?|"
    r"translate|translation|capital of|population|invented|who (?:was|is) the (?:first|president|"
    r"king|queen|author|ceo|inventor|actor|director)|how (?:tall|old|far|big|deep|"
    r"high|fast|heavy) |"
    r"in (?:spanish|french|german|italian|japanese|chinese|portuguese|korean|russian|hawaii\w*)|"
    r"first used|was (?:\w+ ){1,4}(?:invented|born|founded|built|discovered|released|written)|"
    r"square root|divided by|multiplied|times|plus|minus|equals?|calculate|percent|trivia|"
    r"facts?|wikipedia|google|history of|time ?zones?|"
    r"(?:current |local )?time (?:is it |now )?in (?!my|the (?:morning|afternoon|evening))|"
    r"time (?:is it|now)|what (?:day|date|year|month) is (?:it|today)|today's date|the date today|"
    r"tablespoons?|ounces?|how many \w+ (?:are )?in an?|miles|kilometers|planets?|solve|"
    r"math|homework|rain ?forest|meaning",
    "food": r"recipes?|cook(?:ing|ed)?|ingredients?|calories|nutrition\w*|restaurants?|takeout|"
    r"take[- ]?away|takeaways|delivery|deliver|pizza|menu(?! card)|substitute|"
    r"order (?:a|me|some|food)|(?:an|my|place|the) order(?= (?:from|at|for))|bake|"
    r"boil|fried rice|pubs?|cuisine|dish(?:es)? (?:called|from)|"
    r"chinese food|sushi|burgers?|vegan\w*|healthy|carbs|protein|sodium|how do i make",
    "travel": r"flights?(?= (?:from|to|status|number|with|booked|on time|delayed|"
    r"scheduled to|dl|aa))|"
    r"(?:my|the|a|an) (?:flight|plane)(?= (?:scheduled|supposed|status|on|due|"
    r"delayed|land|arriv|number))|"
    r"flight status|status of my .{0,30}flight|airlines?|airport code|boarding|luggage|baggage|"
    r"hotels?|motel|(?:place|somewhere) to (?:stay|crash|sleep)|airbnb|a room in|"
    r"trains?(?! (?:with|session|station))|train tickets?|"
    r"tickets? (?:from|to|for me)|bus(?:es)?|taxi|cab|uber|lyft|ride to|traffic|directions?|"
    r"how (?:do i|to|can i) get to|navigate|route|rent(?:al)? (?:a )?car|"
    r"car rental|visas?|passport|vaccin\w*|"
    r"travel alert|plug type|gas station|nearest|nearby|near me|around (?:me|here|town)|local area|"
    r"in (?:this|my) (?:area|city|town)|construction|road conditions?|distance|"
    r"highway|plane ticket|"
    r"flying from|international|timezone",
    "messages": r"e-?mails?|inbox|text(?:s|ed)? \w+|text message|messages?|tweets?|twitter|"
    r"facebook|"
    r"instagram|social media|voice ?mail|whatsapp|snapchat|contacts?(?! lens)|phone ?book|"
    r"dial|phone number|call contact|facetime|telephone number|post on",
    "this machine": r"joke|jokes|funny|riddle|game(?= (?:of|with me))|play a game|let's play|chess|"
    r"are you (?:a|an|real|human|alive|sure)|who (?:made|created|built) you|"
    r"your (?:name|age|birthday|"
    r"boss|hobbies|pets?|favorite|salary|job)|how old are you|where are you from|your name|"
    r"battery|wifi (?:on|off)|bluetooth|flashlight|speak (?:faster|slower)|accent|language|"
    r"your voice|whisper|screen|software|website|web|online|internet|flip a coin|"
    r"roll a? ?di(?:e|ce)|"
    r"random number|fun|last thing (?:i|you)|just said|say (?:that|it) again|"
    r"repeat (?:that|it|yourself)|who do you work for|sync device|reset (?:settings|device)",
    "cars and goods": r"mpg|gas|tire(?:s)?(?= pressure)|jump ?start|"
    r"oil change (?:instructions|how)|"
    r"cruise control|windshield|warranty|vehicle|for sale|package|parcel|tracking|"
    r"shipping|shipped|laptop|iphone|"
    r"smartphone|refund|purchase(?:d)? (?:history)?|buy a (?:car|laptop|phone)|amazon|coupon|brand|"
    r"my order|store hours|supermarket|super market|nearest|best (?:rated|rating|"
    r"reviewed)|"
    r"sedan|horsepower",
    "work rules": r"pto|vacation days?|days off|time off|day off|next free day|holidays? (?:is|"
    r"are)|"
    r"leave request|(?:vacation|leave) request|request(?:ing)? (?:a |my |some )?(?:vacation|leave)|"
    r"(?:next|federal|public|bank|national) holidays?|work hours|my hours|"
    r"sick days?|application status|my boss about|meal suggestion",
}
_ANY = word("|".join(TOPICS.values()))

# Commands that are for other devices or apps, whatever follows.
_DEVICES = re.compile(
    r"(?:play|turn (?:on|off|up|down)|switch (?:on|off)|dim|brighten|lower|raise|mute|unmute|brew|"
    r"pause|resume|shuffle|rewind|skip (?:to|this|song)|replay|continue|dial|"
    r"phone|call contact|tweet|"
    r"post|translate|convert|define|calculate|spell|navigate|download|install|increase|decrease|"
    r"power (?:up|on|off|down)|google|activate|load|shut|order me|run the|whisper|sing|stream|"
    r"(?:tell|inform|ask|let) (?!me|us)[\w']+ (?:know|that|to|i|he|she|we|if)|"
    r"text \w+|e-?mail \w+|message \w+|reply|upload|unlock|lock)(?!\w)"
)


def foreign(head: str) -> bool:
    """Whether the words speak of something that is not Pixie's."""
    return _ANY.search(head) is not None


def for_devices(head: str) -> bool:
    """Whether the words command another device or app."""
    return _DEVICES.match(head) is not None
