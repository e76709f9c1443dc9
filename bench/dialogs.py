"""Made-up chats of two friends over a year, with questions about them.

Small talk is drawn from a list; what is asked about is written out, once each. `questions` pairs a
question with the positions of the turns that answer it.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Chat:
    """Turns in order, and questions with the positions that answer them."""

    texts: list[str]
    metas: list[dict[str, Any]]
    questions: list[tuple[str, set[int]]]


FACTS: list[tuple[str, str, str]] = [
    # what the other asked before ("" for nothing), what was said, the question about {name}
    ("", "I finally booked the ferry to Corsica for the second week of June.",
     "When does {name} take the ferry to Corsica?"),
    ("What's keeping you busy?", "Mostly the pottery wheel. I glazed four bowls on Sunday.",
     "What hobby involving clay does {name} have?"),
    ("And how did the interview go?", "They offered me the post! I start in the lab in March.",
     "When does {name} start in the lab?"),
    ("Any news from the family?", "My sister had twins, Otto and Greta.",
     "What are {name}'s sister's twins called?"),
    ("", "Our cat Biscuit got stung by a wasp and his paw swelled up.",
     "What stung {name}'s cat?"),
    ("Did you sort out the allergy?", "Yes. It turned out to be cashews.",
     "What food is {name} allergic to?"),
    ("", "I sold the old motorbike to a guy from Leeds for 900 pounds.",
     "How much did {name} sell the motorbike for?"),
    ("Which instrument was it again?", "The cello, since I was nine.",
     "What instrument does {name} play?"),
    ("", "I ran the half marathon in under two hours, I could hardly walk after.",
     "How long did {name} need for the half marathon?"),
    ("What are you reading?", "Middlemarch, slowly. I'm at the chapter with the will.",
     "Which novel is {name} reading?"),
    ("", "We repainted the kitchen in a dark green, it looks like a forest now.",
     "What colour did {name} paint the kitchen?"),
    ("How is the knee?", "The surgeon says a torn meniscus, so no skiing this winter.",
     "Why can {name} not ski this year?"),
    ("", "I have signed up for evening classes in Portuguese.",
     "Which evening classes is {name} taking?"),
    ("Who's looking after the garden?", "Mr. Adeyemi from next door waters the tomatoes.",
     "Who takes care of {name}'s plants during holidays?"),
    ("", "Grandma gave me her recipe book, the one with the plum dumplings.",
     "What did {name}'s grandma give away?"),
    ("", "I volunteered at the shelter and walked six dogs in the rain.",
     "Where did {name} do voluntary work?"),
    ("Did the car pass?", "No, the brakes failed the inspection.",
     "What was wrong with {name}'s vehicle?"),
    ("", "I'm giving up coffee until Easter, headaches and all.",
     "Until when is {name} giving up coffee?"),
    ("What did you get him in the end?", "A telescope, he can see the rings of Saturn with it.",
     "What present did {name} buy?"),
    ("", "My flight home was cancelled, so I slept on a bench at Schiphol.",
     "Why did {name} sleep at Schiphol?"),
    ("How was the wedding?", "Lovely. The best man forgot the rings in the taxi.",
     "What went wrong at the marriage ceremony {name} attended?"),
    ("", "I enrolled Max in swimming lessons at the municipal pool.",
     "Where does {name}'s son Max swim?"),
    ("", "Somebody stole my phone on the tram, I had to change every password.",
     "Where was {name}'s phone stolen?"),
    ("Are you still renting?", "Not any more! We got the mortgage for the flat on Mill Lane.",
     "On which street did {name} buy an apartment?"),
    ("", "The choir is singing the Fauré requiem in the cathedral in November.",
     "What will {name}'s choir sing in November?"),
    ("", "I dyed my hair copper and my boss did not recognise me.",
     "What did {name} change about their looks?"),
    ("Which film did you pick?", "The one about the lighthouse keeper, in black and white.",
     "What movie did {name} watch?"),
    ("", "I was diagnosed with anaemia, so it's iron tablets and lentils now.",
     "What medical condition does {name} have?"),
    ("", "We adopted a greyhound that used to race, she sleeps all day.",
     "What kind of dog did {name} adopt?"),
    ("What happened to the bakery plan?", "The bank said no to the loan, so it has to wait.",
     "Why did {name} postpone opening a shop?"),
    ("", "I planted an apple tree where the shed used to stand.",
     "What did {name} plant where the shed was?"),
    ("", "My thesis on river dolphins is due at the end of September.",
     "What is {name}'s thesis about?"),
    ("So where are you going to live?", "In Ghent, at least for the first year.",
     "Which city is {name} moving to?"),
    ("", "I lost the chess final against a girl of eleven.",
     "Who beat {name} in the tournament?"),
    ("", "My brother and I are not speaking since the business with the inheritance.",
     "Why are {name} and the brother not speaking?"),
    ("Do you still volunteer?", "Every Thursday I read stories at the children's hospital.",
     "What does {name} do on Thursdays?"),
]  # fmt: skip

TALK = [
    "Good to hear from you!", "How have you been?", "Same here, really.", "That sounds great!",
    "Oh no, I'm sorry to hear that.", "Ha, that's so you.", "I miss our long walks.",
    "It has been raining for days here.", "Work is a lot at the moment.", "Tell me more!",
    "I had no idea.", "We should meet soon.", "Let me know how it goes.", "I'm so proud of you.",
    "The weekend was too short again.", "I cooked far too much pasta yesterday.",
    "My neighbours are having a party again.", "The trains were late all week.",
    "I slept terribly last night.", "I watched a series until two in the morning.",
    "The kids have a cold, nothing serious.", "I really need a holiday.", "Good luck with that!",
    "You always find a way.", "Did you see the moon last night?", "I bought new running shoes.",
    "My phone battery is dying, sorry if I vanish.", "I'm learning to say no, slowly.",
    "My mother sends her love.", "The new colleague is nice, a bit loud.", "What a story!",
    "I walked along the river after lunch.", "There was a street musician playing the violin.",
    "Our dog ate half a cushion.", "I found a nice café near the office.", "Take care of yourself.",
    "The doctor says I'm fine.", "I was in town to buy a birthday present.", "Say hi to everyone.",
    "I tried a new recipe with lentils.", "The cat keeps me company.", "It was lovely talking.",
    "I'm thinking of painting the bedroom.", "The flat is cold in winter.", "Books help.",
    "I started a course at work, it's quite dry.", "I booked a table for Friday.",
    "My sister called about the summer.", "I can't believe it's that late already.",
    "The garden is a mess.", "I have to run, the bus is here.", "Did you ever call her back?",
    "What are you up to this weekend?", "Do you remember that place by the lake?",
]  # fmt: skip

NAMES = [("Ines", "Tom"), ("Farah", "Luc"), ("Mirjam", "Ken")]


def made_up() -> list[Chat]:
    """Three chats, some 360 turns in 24 sessions each; always the same."""
    return [_chat(names, random.Random(seed)) for seed, names in enumerate(NAMES)]


def _chat(names: tuple[str, str], rng: random.Random) -> Chat:
    facts = [(fact, rng.choice(names)) for fact in FACTS]
    rng.shuffle(facts)
    texts: list[str] = []
    metas: list[dict[str, Any]] = []
    questions: list[tuple[str, set[int]]] = []
    day = datetime(2025, 1, 12, 19, 5)
    for session in range(24):
        day += timedelta(days=rng.randint(4, 20), minutes=rng.randint(-90, 90))

        def say(text: str, speaker: str, session: int = session, at: datetime = day) -> None:
            texts.append(text)
            metas.append({"speaker": speaker, "date": at.isoformat(), "session": session})

        told = facts[session::24]
        turn = rng.randrange(2)
        for _ in range(rng.randint(4, 8)):
            say(rng.choice(TALK), names[turn])
            turn = 1 - turn
        for (before, fact, question), name in told:
            other = names[1 - names.index(name)]
            say(before or rng.choice(TALK), other)
            questions.append((question.format(name=name), {len(texts)}))
            say(fact, name)
            for _ in range(rng.randint(3, 8)):
                say(f"{rng.choice(TALK)} {rng.choice(TALK)}", other)
                other = names[1 - names.index(other)]
    return Chat(texts=texts, metas=metas, questions=questions)
