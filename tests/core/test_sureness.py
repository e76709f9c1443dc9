"""What is answered at once and what is left to a model, sentence by sentence."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from core.language.understand import understand
from core.people import Person
from core.ports import Situation
from core.values import OwnerId

SUNDAY = datetime(2026, 11, 22, 10, tzinfo=ZoneInfo("Europe/Lisbon"))
ANA = Person(id=OwnerId("ana"), created_at=SUNDAY, zone="Europe/Lisbon", zone_known=True)
PLAIN = Situation(person=ANA, now=SUNDAY)

AT_ONCE = [
    "remind me at 5 to call mom",
    "what's on today",
    "done 12",
    "move the dentist to Friday 3pm",
    "add milk to my list",
    "Please remind me on Friday at noon about the parking permit",
    "pls remind me in 2 hours to check on the laundry",
    "hey pixie, can you remind me tonight at 9 to take my vitamins?",
    "wake me at 7",
    "I need a reminder for the rent on the 1st of every month",
    "remind me to pick up Leo from school at 3:15pm",
    "remind me on 12 December to renew the car insurance",
    "remind me to tell Sam why we moved the launch, tomorrow at 9",
    "remind me to figure out what to wear on Saturday at 10am",
    "what's on today",
    "what do I have tomorrow?",
    "list my reminders",
    "what are my high priority tasks?",
    "when is my next meeting?",
    "do I have anything on Saturday?",
    "what time is the dentist?",
    "find a free hour tomorrow afternoon",
    "any conflicts this week?",
    "what's due this week",
    "how many tasks do I have?",
    "show tasks for project Atlas",
    "what did I finish this week?",
    "which day is 24 December?",
    "done 12",
    "complete 3",
    "done with the slides",
    "check off buy milk",
    "the report is done",
    "remove buy eggs from my list",
    "cancel lunch tomorrow",
    "delete #15",
    "move my 2pm meeting to 4pm",
    "reschedule lunch with Kim to Tuesday at 1",
    "postpone the review to next Monday at 11",
    "change the priority of task 3 to high",
    "I need to renew my passport by March",
    'add "write the why section" to my tasks',
    "don't forget to buy a birthday card for Mia",
    "send the contract to Ines by Tuesday",
    "dentist Thursday 15:00",
    "schedule a meeting with Lea on Tuesday from 3 to 4",
    "book a 45 minute call with Dana on Wednesday at 11",
    "put haircut in my calendar for friday at 5",
    "new event: parents evening, 14 January 6pm",
    "can you put the school play in my calendar for Dec 18 at 5pm?",
    "remember that my locker code is 4711",
    "what is my locker code?",
    "where did I put the spare key?",
    "save this: the plumber's name is Rui",
    "undo",
    "thanks!",
    "help",
    "good morning",
    "no",
    "remind me to call mom at 5 and add bread to my list",
    "cancel the dentist and remind me tomorrow at 9 to call them",
    "delete task 2, done 3",
    "show my tasks and reminders",
    "remind me Sunday 7pm: bins out",
    "remind me about the gas bill on the 28th",
    "set reminder 8pm take meds",
    "remind me in half an hour to move the car",
    "reminder for tomorrow 10am - water the lawn",
    "remind me every weekday at 8:45 to clock in",
    "remind me to buy a gift for my parents on Friday at 6pm",
    "remind me to call her back at 3",
    "remind me to pay the man who fixed the roof tomorrow at 9",
    "add all-hands to my calendar Monday 10am",
    "meeting with Tom and the lawyers on Thursday at 11",
    "schedule a one hour call with my accountant on Thursday at 4pm",
    "swimming lesson for Leo every Tuesday at 16:30",
    "dinner at Mama Rosa on Friday at 8pm",
    "put the team lunch on Thursday at 12:30 in my calendar",
    "add call the bank to my tasks for Monday",
    "add task: prepare slides for the board by Thursday, high priority",
    "add batteries and light bulbs to the shopping list",
    "new task: ask Rui about the boiler",
    "clean the gutters on Sunday",
    "finish the quarterly report by Friday",
    "write the quarterly report by Friday",
    "renew the gym membership tomorrow",
    "do I have a call with Tom on Friday?",
    "when is Leo's swimming lesson?",
    "what's on my calendar on the 18th",
    "what do I have on Wednesday afternoon?",
    "which tasks are overdue?",
    "what's on my shopping list?",
    "show my high priority tasks for this week",
    "what's next?",
    "am I free at 3 tomorrow?",
    "which reminders are set for today?",
    "cancel the swimming lesson on Tuesday",
    "delete the task about the gutters",
    "remove the board meeting from my calendar",
    "cancel my 3pm tomorrow",
    "move the board meeting to 4pm",
    "move task 6 to next Monday",
    "reschedule the vet from Tuesday to Thursday at 10",
    "push lunch with Kim back by 30 minutes",
    "make task 4 urgent",
    "extend the workshop until 5",
    "finished the gutters",
    "mark the boiler task as done",
    "remember the alarm code is 9921",
    "note that Kim prefers tea",
]

TO_A_MODEL = [
    "what should I do first this week, and why",
    "what would you say of my dinner note",
    "the dentist on Thursday at 15:00, could you see to it",
    "plan my Friday around the gym",
    "I'm feeling overwhelmed by my tasks",
    "which of my tasks is most urgent and why?",
    "remind me to buy whatever we said for the party",
    "move everything on Friday to Monday except the dentist",
    "add the usual groceries to my list",
    "tell me something about the meeting tomorrow that I should prepare",
    "can you write a short birthday message for Ana",
    "what's the difference between a task and a reminder",
    "which of these tasks can wait until next month?",
    "what would you do with a day like mine?",
    "how should I split my tasks over the week?",
    "is my week too full?",
    "should I cancel lunch on Friday or keep it?",
    "what am I likely to forget this week?",
    "how busy is next week compared to this one?",
    "suggest a good time for a long run this week",
    "what's the best day for a haircut next week?",
    "can I fit in a two hour workout before my first meeting tomorrow, and if so when?",
    "summarize my week in one sentence",
    "what does my Thursday look like if I skip the gym?",
    "explain how recurring reminders work with daylight saving",
    "what's the difference between an event and a reminder?",
    "how do you decide when to remind me?",
    "can you write an email to my landlord about the broken heater",
    "write a toast for Ben's wedding on Saturday",
    "give me three ideas for dinner tonight",
    "make a shopping list for a lasagna for six people",
    'break the task "prepare the launch" into smaller steps',
    "I'm so stressed about tomorrow",
    "ugh, too many meetings this week",
    "plan my day around two hours of deep work",
    "help me plan next week",
    "organize my tasks by how long they take",
    "move everything from today to tomorrow unless it's urgent",
    "mark everything done that I finished last week",
    "push all of tomorrow's meetings by half an hour",
    "swap the dentist and the gym on Thursday",
    "if it rains on Saturday remind me to move the picnic",
    "remind me to prepare an hour before each meeting this week",
    "remind me of the thing we talked about yesterday",
    "remind me about that again, same as last time",
    "add what we agreed on to my list",
    "put the usual on the shopping list",
    "book the same room as last time for Monday at 10",
    "schedule the follow-up we discussed for next week",
    "no, I meant the other dentist appointment",
    "that's not what I asked for",
    "the flight on Friday at 6, can you take care of that",
    "my sister's birthday is on the 14th, do something nice about it",
    "dinner with Sam tomorrow at 8, would that work?",
    "lunch with Kim on Tuesday at 1, or is that too close to the dentist?",
    "can I move the dentist to Friday without missing anything?",
    "would it be wise to leave for the airport at 5 on Friday?",
    "when should I leave for the dentist on Thursday?",
    "what time should I get up tomorrow to be at the office by 8?",
    "what did you think of my note about the pitch?",
    "who is Dana and why am I meeting her on Wednesday?",
    "which of my notes mention the visa, and what do they add up to?",
    "which tasks could I do on the train tomorrow?",
    "what could go wrong with my plan for Friday?",
    "ask Lea whether Tuesday at 3 suits her",
    "please call the dentist and make an appointment for next week",
    "I might be late for the dentist on Thursday, what now?",
    "I'm leaving on holiday on Friday, get everything ready",
    "add buy a present for Mia to my list, something for about 30 euros that she'd like",
    "schedule a call with Tom sometime next week when we're both not too busy",
    "set up a meeting with Lea, preferably in the morning, but not on Monday",
    "turn my notes about Rome into tasks",
    "what are the three things I really must do today?",
    "tell me a story about a dentist on a Thursday",
    "which is better for the review, Monday at 10 or Tuesday at 2?",
    "is Thursday at 3 or Friday at 10 better for the dentist?",
    "anything I should know before tomorrow?",
    "can we talk about my Thursday for a moment?",
    "I'd like to read more, any thoughts?",
    "what's realistic for me to get done today",
    "show me what I can skip this week",
    "find the meeting that clashes with my holiday and fix it",
    "when would be a clever moment to call the bank tomorrow?",
    "does my Friday leave room for a swim?",
    "what's a healthy rhythm for my week?",
    "do I have enough time on Monday for the presentation?",
    "is there a way to get everything done by Thursday?",
    "what's the plan if the meeting on Tuesday falls through",
    "how are my projects going?",
    "how well did I do this week?",
    "what did I forget yesterday?",
    "which day next week is the quietest?",
    "who have I been meeting most this month?",
    "remind me to do whatever is most urgent at 9",
    "remind me an hour before I have to leave for the airport",
    "remind me twice before the deadline",
    "remind me every day until I've paid the rent",
    "remind me about the party a bit earlier than usual",
    "schedule lunch with Sam at our favourite place on Friday",
    "put the workshop somewhere in next week where it fits",
    "book the gym three times next week, evenings only",
    "add everything we need for a barbecue to the shopping list",
    "add a task for each chapter of my thesis",
    "add the three things Sam mentioned to my list",
    "create a task for every open point in my notes",
    "move the dentist to the first free slot next week",
    "move lunch a bit",
    "move all my afternoon meetings to the morning",
    "move whatever is on Friday afternoon to Monday",
    "push everything back by an hour today",
    "cancel the less important of my two meetings tomorrow",
    "cancel Friday, I'm ill",
    "delete the reminders I don't need any more",
    "mark the first two tasks and anything about Rome as done",
    "change the dentist so that I can pick up Leo before",
    "can you look at my Tuesday and tell me what you'd change",
    "please think about my week and propose two evenings for sport",
    "summarise my tasks",
    "explain my agenda for tomorrow to me like I'm five",
    "write me a packing list for the trip on Friday",
    "draft an agenda for the meeting with Lea tomorrow",
    "write a poem about my Tuesday",
    "dentist on Thursday at 3 - is that a problem?",
    "dinner on Saturday at 8 with whoever is free",
    "lunch with Kim on Friday at 1, make sure nothing overlaps",
    "coffee with Ben tomorrow at 10, move what's in the way",
    "the meeting on Thursday was moved, I don't know to when",
    "my train on Friday is at 6, when do I have to get up?",
    "I hate Mondays",
    "I promised Ana something for Friday",
    "I keep postponing the tax return",
    "I need more time for the report",
    "I need to be fit again by June",
    "we should celebrate on Friday",
    "it would be nice to see Sam this week",
    "maybe I should cancel yoga tomorrow",
    "not sure about lunch on Friday",
]


@pytest.mark.parametrize("said", AT_ONCE)
def test_an_everyday_request_is_answered_at_once(said: str) -> None:
    assert understand(said, PLAIN).sure


@pytest.mark.parametrize("said", TO_A_MODEL)
def test_what_asks_for_thought_is_left_to_a_model(said: str) -> None:
    assert not understand(said, PLAIN).sure


@pytest.mark.parametrize(
    ("said", "tool", "arguments"),
    [
        ("what should I do first this week, and why", "list_tasks", {"day": "first this week"}),
        ("add the usual groceries to my list", "create_task", {"title": "the usual groceries"}),
        (
            "schedule the follow-up we discussed for next week",
            "create_event",
            {"title": "Follow-up we discussed", "when": "next week"},
        ),
    ],
)
def test_a_doubted_request_keeps_its_calls_for_when_there_is_no_model(
    said: str, tool: str, arguments: dict[str, str]
) -> None:
    understood = understand(said, PLAIN)
    assert not understood.sure
    assert [(call.name, call.arguments) for call in understood.calls] == [(tool, arguments)]


def test_one_doubtful_request_of_several_makes_the_message_doubtful() -> None:
    plain = "add bread to my list; remind me at 6 to bake"
    assert understand(plain, PLAIN).sure
    assert not understand(f"{plain}; which of my tasks can wait?", PLAIN).sure


def test_what_is_quoted_is_a_title_whatever_it_says() -> None:
    assert understand('create an event called "What you said" on Friday at 3pm', PLAIN).sure
    assert understand('add a task called "Why it should wait"', PLAIN).sure


def test_a_greeting_is_not_a_request_of_its_own() -> None:
    understood = understand("hey pixie, can you remind me tonight at 9 to rest?", PLAIN)
    assert [call.arguments["text"] for call in understood.calls] == ["rest"]
    assert not understood.text
    assert understood.sure


def test_a_question_may_end_with_a_full_stop() -> None:
    understood = understand("what's on today. remind me at 5 to rest", PLAIN)
    assert [call.name for call in understood.calls] == ["agenda", "create_reminder"]
    assert understood.sure
