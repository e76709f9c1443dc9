"""What a model's words claim, sentence by sentence."""

import time as clock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.truth import claims, correction, held, honest

CLAIMS = [
    # in the first person
    "I've scheduled lunch for Friday.",
    "I have cancelled both.",
    "I’ve moved your dentist appointment to Thursday at 4 pm.",
    "I just created three tasks for you.",
    "I added milk and eggs to your shopping list.",
    "I booked the meeting room calendar slot for 3 p.m. tomorrow.",
    "I've gone ahead and deleted the old reminder.",
    "I have now updated your time zone to Europe/Lisbon.",
    "I've set a reminder to call mom at 9.",
    "I set your alarm for 6:30.",
    "I've made a note of that.",
    "I've blocked off Friday afternoon for deep work.",
    "I found the meeting and moved it to Tuesday.",
    "I've got you down for lunch with Ana on Friday.",
    "I couldn't move the call, but I've set a reminder for it.",
    "I've pushed the review by 30 minutes so you don't miss the call.",
    "I've turned off the daily summary.",
    "I took care of it for you.",
    'I\'ve renamed "Groceries" to "Weekly shop".',
    # confirmations without a subject
    "Done, reminder set.",
    "Done!",
    "✅ Done — lunch with Sam is on Friday at 13:00.",
    "All set!",
    "You're all set for Monday.",
    "Booked.",
    "Deleted it for you.",
    "Got it — noted",
    "Noted.",
    "Reminder added ✅",
    "**Reminder set** for tomorrow at 9:00",
    "Okay, scheduled for Friday at 1.",
    "Sure, added to your list!",
    "Consider it done.",
    "Task completed 🎉",
    "Event deleted.",
    "Lunch with Ana booked for Friday.",
    "Dentist on Monday, gym on Tuesday: I've added both.",
    "- Reminder set for 9am\n- Two tasks added",
    "Will do!",
    "Perfect, saved.",
    # the passive
    "Your meeting has been moved to 3pm.",
    "It's been added to your calendar.",
    "The reminder for tomorrow has now been removed.",
    "Both tasks have been marked as done.",
    "“Buy milk” has been added to your list.",
    "Your time zone is now Europe/Berlin.",
    "It's on your calendar now.",
    "The call is now set for 4.",
    "Great — lunch is scheduled for Friday at noon.",
    "Great! Your appointment is booked for Tuesday at 10.",
    "OK, your 3pm is moved to 5pm.",
    "That's done.",
    # promises that only a row can keep
    "I'll remind you tomorrow at 9.",
    "I will ping you 10 minutes before the call.",
    "Okay! I'll make sure to remind you on Sunday evening 🔔",
    "I'll remember that you prefer tea.",
    "You'll get a reminder at 8.",
    "I'll add it to your list right away.",
    "Let me schedule that for you.",
    "I'm adding it to your calendar now.",
    # several sentences
    "Hi Ana! Friday looks free. I've booked lunch at 1. Anything else?",
    "I've set the reminder, want me to add anything else?",
    "Your day is full. That said, I moved the gym to 18:00.",
    "1. Moved the dentist to Friday\n2. Cancelled the gym",
    # other languages
    "Ich habe den Termin am Freitag, 27. November, um 14 Uhr eingetragen.",
    "Erledigt! Die Erinnerung steht.",
    "Ich erinnere dich morgen um 9 Uhr.",
    "Der Termin wurde auf Dienstag verschoben.",
    "Alles klar, notiert.",
    "He programado la reunión para el viernes.",
    "Listo, recordatorio creado.",
    "Te recordaré mañana a las 9.",
    "La cita ha sido cancelada.",
    "Agendé el almuerzo con Ana.",
    "J'ai ajouté le rendez-vous à ton agenda.",
    "C'est noté !",
    "Je te rappellerai demain à 9 h.",
    "Le rappel a été supprimé.",
    "Pronto, lembrete criado.",
    "Agendei o almoço para sexta-feira.",
    "A reunião foi movida para as 15h.",
    "Vou te lembrar amanhã às 9.",
]

NO_CLAIMS = [
    # denied
    "I haven't scheduled anything.",
    "I couldn't move it.",
    "No reminder was set.",
    "I have not changed anything yet.",
    "Nothing has been booked so far.",
    "I wasn't able to add the event because the time is in the past.",
    "Sorry, I did not find a task called report.",
    "The reminder hasn't been deleted.",
    "I've changed nothing.",
    "I won't remind you about that.",
    "I can't tell whether it's been moved.",
    # asked
    "Shall I set a reminder?",
    "Do you want me to book it?",
    "Would you like me to add it to your calendar?",
    "Should I say that I've booked it?",
    "Has the meeting been moved?",
    "Are you all set for Monday?",
    "Which of the two should be cancelled?",
    "Did you mean the reminder I've set for 9?",
    "All set for tomorrow?",
    # offered
    "I can add it.",
    "If you like, I'll remind you.",
    "Once you tell me the time, I'll schedule it.",
    "I could move the call to Thursday, if that helps.",
    "Say 'done 3' and I'll mark it done.",
    "Just tell me a time and I'll set it up.",
    "Give me a title, then I'll create the task.",
    "I'll schedule it as soon as you confirm.",
    "I'll move it to Friday if you want.",
    "What time suits you? I'll book it then.",
    "Let me know which day and I'll add it.",
    "Once it has been moved, everyone gets a note.",
    "Happy to set that up for you.",
    "When I've booked something, you see a card below.",
    # quoted
    "You wrote: 'I've booked the flight'.",
    "Your note says “I have cancelled the gym”.",
    'The message reads "Done, reminder set."',
    "> I've scheduled lunch for Friday\nThat was in the forwarded message.",
    "You told me that I've moved it.",
    "Type `all set` to close the list.",
    "In der Notiz steht «Ich habe den Termin eingetragen».",
    # what was there before
    "You scheduled lunch last week.",
    "The meeting was moved yesterday.",
    "You already have a reminder set for 9.",
    "Your dentist appointment is scheduled for Monday at 1pm.",
    "Lunch is scheduled for Friday.",
    "I added that last Tuesday.",
    "I set it yesterday, as you asked.",
    "It's already been added.",
    "There is one reminder set for 9.",
    "You have two meetings booked on Friday.",
    "Yes, it's booked for 3pm.",
    "Your 3pm with Sam was originally booked for Monday.",
    "Completed tasks: 4",
    "Scheduled for today:\n- 09:00 dentist\n- 13:00 lunch with Ana",
    "- Dentist appointment scheduled for Monday at 1pm",
    "You created that task three days ago.",
    # others
    "Ana has booked the room.",
    "Sam cancelled.",
    "The flight has been cancelled by the airline.",
    "She moved to Berlin.",
    "Ana said that she added it to her list.",
    # general text
    "You're free on Friday after 2.",
    "Here is your day: dentist at 9, lunch with Ana at 13.",
    "A reminder fires at its time, even when your phone is off.",
    "The best way to remember names is to repeat them.",
    "You could delete old tasks to keep the list short.",
    "It's now 3pm in Tokyo.",
    "Good morning! ☀️",
    "Nothing on your calendar tomorrow — enjoy the day.",
    "I've put together a plan for your day below.",
    "Sure! What time works for you?",
    "Your next reminder is at 9.",
    "Which one: the call with Sam or the call with Ana?",
    "Done tasks are hidden from the list.",
    "I'll look at Friday first.",
    "Let me check your calendar.",
    "",
    "🙂",
    # other languages
    "Ich habe nichts eingetragen.",
    "Soll ich dich morgen erinnern?",
    "Wenn du willst, erinnere ich dich.",
    "Der Termin ist für Montag geplant.",
    "No he movido la reunión.",
    "¿Quieres que te recuerde mañana?",
    "Si quieres, te recordaré mañana.",
    "Je n'ai rien ajouté.",
    "Veux-tu que j'ajoute un rappel ?",
    "Le rendez-vous est prévu lundi.",
    "Não agendei nada.",
    "Quer que eu crie um lembrete?",
]

# Written without looking at the patterns, as a check on them.
MORE_CLAIMS = [
    "Your dentist visit is in the calendar: Tuesday 1 December, 10:30. I'll "
    "nudge you an hour before.",
    "Okay Marta, I've popped that on Thursday's list.",
    "Lunch with Priya → Friday 12:30, invite saved. Anything else for that day?",
    "Sorted! Your gym session now starts at 7 pm instead of 6.",
    "No worries, it's gone from your list.",
    "I went through your tasks and ticked off the three you named.",
    "Alright, that's in. Enjoy the weekend!",
    "Understood. The weekly sync now repeats every other Wednesday.",
    "Cleared your afternoon — both calls are pushed to tomorrow.",
    "Gotcha, I'm putting the car service down for Monday at 8.",
    "I've split the report task into two and given each a due date of Friday.",
    "Okay, quiet hours are on from 22:00 to 07:00.",
    "Reminder: set ✔️ (tomorrow, 9:00)",
    "You will receive a reminder every weekday at 8:45.",
    "Your appointment with Dr. Silva has been successfully rescheduled to 4 p.m. on Thursday.",
    "Thanks for telling me! I've saved your door code as a note.",
    "Undone. The task is back on your list.",
    "I just put 'renew passport' on your list with high priority.",
    "Here's what I've done:\n\n- moved **stand-up** to 10:00\n- cancelled "
    "**gym**\n- added a reminder for the 15:00 call",
    "As you asked, the old reminders were removed and a new one was created for 6 pm.",
    "Renamed to “Quarterly review”.",
    "Oh nice, congratulations! I have put the party in for the 12th.",
    "I've switched you to 24-hour time.",
    "Snoozed for 10 minutes 😴",
    "Ok! Every Sunday at 18:00 I'll remind you to water the plants.",
    "That one's cancelled now, and the rest of the day stays as it was.",
    "You're booked in for the 14th at 11:15. See you then!",
    "I've marked it complete. Nothing else is due today.",
    "Since Friday was full, I put lunch on Thursday instead.",
    "Klar, ich habe dir für morgen früh um sieben einen Wecker gestellt.",
    "Perfecto, ya lo he añadido a tu lista de la compra.",
    "C'est fait : le dîner est décalé à 20 h.",
    "Feito! Adicionei “comprar pão” à tua lista.",
    'Your meeting "Budget review" has been scheduled for December 3 at 2:00 PM.',
    'I have successfully created an event titled "Team lunch" on Friday.',
    "The task has been marked as complete. Great work!",
    "Great news! I was able to book lunch with Ana for Friday at 1.",
    "I managed to move your 3 o'clock to Wednesday.",
    "Okay, done. Your list now has five items.",
    "Alright, that's off your plate: the gym is cancelled.",
    "Got it, I'll keep in mind that you don't eat fish.",
    "Your reminder is all set for 7 pm tonight.",
    "That's been taken care of. The old event is gone.",
    "I've now moved everything from Tuesday to Wednesday, except the dentist.",
    "Sure thing. Milk, eggs and bread are on your list now.",
    "Added to your calendar: Dinner with Leo, Sat 19:00.",
    "Right, I've scrapped the 5 pm call.",
    "Okay — one reminder for tonight, one for tomorrow morning. Both saved.",
    "I've corrected the time: it's 14:30, not 15:30.",
    "I'm setting a reminder for 5 pm.",
    "Your flight reminder has been changed from 6:00 to 5:30.",
    "Deadline updated to Friday.",
    "👍 Noted: you are on holiday from the 20th to the 27th.",
    "Reminder created successfully!",
    "I've just added the three chapters as separate tasks, each due on a Friday.",
    "Meeting with Tom: rescheduled to Thursday at 11.",
    "We're all set! Your weekly review repeats every Friday at 16:00.",
    "I removed the duplicate and kept the one at 10.",
    "Your evening summary is now off.",
    "Expect a nudge from me at 8:50.",
    "I've gone ahead and set up a recurring reminder, first one this Sunday.",
    "Yes — I've cancelled it.",
    "I have put you down for yoga at six.",
    "Tudo certo, a tua consulta foi remarcada para quinta.",
    "Super, ich habe die Aufgabe gelöscht.",
    "Vale, he movido tu cita al jueves y he borrado el recordatorio antiguo.",
    "Je viens d'ajouter trois tâches à ta liste.",
    "Good call. The 9:00 is out, and the 11:00 stays.\nI've let the rest of the "
    "day as it is and removed the reminder.",
    "Okay, it's all in your calendar now: Monday, Wednesday and Friday at 7.",
    "Your note is saved.\nI've saved it under “door code”.",
    "You got it. Dentist moved to Friday at 10.",
    "Alright, I'm marking it as done.",
    "I just wanted to confirm that your event has been created.",
    "Hooray! Task #4 completed 🎉 Two left for today.",
    "I have added “Buy milk”, “Buy eggs” and “Buy bread”.",
    "I've added the following tasks:\n1. Buy milk\n2. Buy eggs",
    "Sure! Here's what I did: the gym is off, and dinner is on.",
    "The event 'Lunch with Ana' was created for Friday at 13:00.",
    "Moved! Your call is now Thursday 15:00 - 15:30.",
    "Your preferences have been updated: I'll write in German from now on.",
    "That's all booked for you, Marta.",
    "And I've also cancelled tomorrow's alarm.",
    "Okay, forgotten. Nothing about the code is kept any more.",
    "Deine Erinnerung für morgen um 8 Uhr ist jetzt aktiv; ich habe sie gerade gesetzt.",
    "Hecho ✅ Tu cita es ahora el jueves.",
    "Rappel programmé pour demain à 9 h.",
    "Lembrete definido para amanhã às 9h.",
    "Cool, dentist is in for Tuesday at 9. Bring your insurance card!",
    "I've noted your allergy to peanuts so I can keep it in mind.",
    "The 2 pm has been pushed back an hour, and Sam's call stays where it is.",
    "Scheduled! Project kickoff, Monday 10:00–11:00.",
    "I added an event called Dentist on Tuesday at 9 am. Is there anything else?",
    "Your alarm is set for 6:30 now.",
    "Okay, I've unset the reminder.",
    "I have updated the location to Café Central.",
    "Great, I'll put that on your calendar for Saturday.",
    "Reminder deleted. You have two left.",
    'Task "Call the bank" has been created with a due date of Friday.',
    "I've gone through the list and closed everything older than a month.",
    "Perfect! You're booked for Friday at 8.",
    "Your task has now been added, and I'll remind you on Thursday at 17:00.",
    "I just rescheduled it, so you're free at noon.",
    "I'm going to set a reminder for 8 in the morning.",
    "Okay, made it 45 minutes instead of 30.",
    "That's now a weekly reminder.",
    "Habe ich notiert.",
    "Hecho, he cancelado la reunión del jueves.",
]

MORE_NO_CLAIMS = [
    "Tomorrow looks like this: stand-up at 9:30, dentist at 11, and dinner with Leo at 19:00.",
    "I don't see a dentist appointment this month. Which day did you have in mind?",
    "That time is already taken by the budget review; 15:30 or 16:00 would work.",
    "Two reminders match. Which one should go: the 9:00 one or the 18:00 one?",
    "I can't change other people's calendars, only yours.",
    "The last time you changed that setting was in March.",
    "Nothing was deleted; the task is still there as #14.",
    "Want me to put it on Thursday instead?",
    "If that slot is fine, I'll book it and set a reminder an hour before.",
    "The report was finished on Monday, and you marked it done yourself.",
    "You asked me to remember that the code is 4411.",
    "Leo moved dinner to 20:00, according to the message you forwarded.",
    "I need a date before I can put that in your calendar.",
    "You have 7 open tasks: 3 due this week, 2 overdue and 2 without a date.",
    "You have been booked solid since Monday, so be kind to yourself.",
    "Paris is one hour ahead of Lisbon.",
    "It looks like the reminder fired at 9:00 and you have not marked it done.",
    "To cancel a reminder, write “cancel #12” or press its button.",
    "Your reminder for the plants is every Sunday at 18:00.",
    "I was going to add it, but the date has passed.",
    'The invitation says: "Your table has been reserved for 8 pm."',
    "Everything scheduled for today is done, so the evening is yours.",
    "Did you want that added to the shopping list or to your tasks?",
    "I only set reminders in the future; 8:00 today is past.",
    "That would clash with yoga, which is set for 18:00.",
    "Yoga was cancelled last Thursday, and since then nothing is planned.",
    "Sure, I can move it. To when?",
    "Unfortunately the meeting could not be rescheduled because the series has ended.",
    "So far this week you have completed 12 tasks. Well done!",
    "Do you mean the list you created in May?",
    "Ich konnte den Termin nicht finden. Meinst du den Zahnarzt am Montag?",
    "Tienes tres tareas pendientes y una reunión programada para el lunes.",
    "Tu as deux rappels prévus demain, et rien après 18 h.",
    "On Friday you have lunch with Ana at 13:00 and nothing else.",
    "Hm, I found no event called “Team lunch”. Could you check the name?",
    "Your calendar is empty until Thursday.",
    "The dentist is booked for Monday at 10:30, right after stand-up.",
    "I was unable to create the reminder because that time has already passed.",
    "Would Tuesday at 4 suit you better? Then I'd move the call.",
    "I'd need the date first; after that I can set everything up.",
    "You have not set any reminders for tomorrow.",
    "Leo wrote that he has cancelled dinner. Should I take it off your calendar?",
    "It was you who moved it: on 3 November you changed it from 9 to 10.",
    "Reminders are kept until you complete or delete them.",
    "Whenever a meeting is moved, I update its reminder too.",
    "I can set reminders, keep lists, and plan your day.",
    "The tasks you completed last week: report, slides, invoice.",
    "That reminder was set for 9:00 and went off on time.",
    "Your next free slot is Thursday from 14:00 to 16:00.",
    "Do you want all three deleted?",
    "Cancelled events stay visible for 30 days.",
    "Set a reminder by writing “remind me at 5 to call mom”.",
    "I don't think the meeting has been moved; it still says 15:00.",
    "Congratulations on getting it done!",
    "What should I call the task?",
    "You said you'd be all set by noon.",
    "Three tasks are due today: call the bank, send the invoice, book flights.",
    "If nothing is scheduled, Friday is yours.",
    "No changes made.",
    "Nothing's been added yet – tell me the day first.",
    "There's a gap between the call, which is set for 3, and dinner at 7.",
    "I would have booked it, but 13:00 is taken.",
    "Your note from May says the code is 4411.",
    "Es ist noch nichts gebucht. Welcher Tag passt dir?",
    "La reunión está programada para el lunes a las 10.",
    "Posso agendar para sexta, se quiser.",
    "Tu veux que je le note ?",
    "I've checked your calendar for Friday: you are free from 14:00 on.",
    "I've read your notes, and the door code is 4411.",
    "I looked for a task about the report and found two.",
    "I tried to move it, but the new time is in the past.",
    "I've found three reminders for tomorrow; which one do you mean?",
    "I see two meetings on Friday, both set for 3 pm.",
    "Here are your reminders:\n- 09:00 call mom\n- 18:00 water the plants",
    "Reminders for tomorrow: none.",
    "Your list has 4 items: milk, eggs, bread, and tea.",
    "Both meetings are on your calendar for Friday.",
    "The task is marked high priority and due on Friday.",
    "The reminder is set for 9:00 tomorrow.",
    "It was on your list until you completed it on Monday.",
    "Nope, that one isn't booked.",
    "Yes, that's on your calendar: Monday at 10.",
    "The next one is on Friday, set for 10:00.",
    "I'm Pixie. I keep your tasks, events and reminders.",
    "To change it, tell me the new time.",
    "I'll need the exact time to do that.",
    "I'll be here if you need anything.",
    "I'll help you plan the week; what matters most?",
    "I will not share that with anyone.",
    "Moving house is stressful; take breaks.",
    "Booking early is usually cheaper.",
    "It depends on how often the event repeats.",
    "Setting a reminder for it might help.",
    "A task marked as done disappears from the list.",
    "You could set it to repeat weekly.",
    "Ana has a meeting scheduled for 3pm, so she may be late.",
    "That's a lot for one day! Consider moving the gym to Saturday.",
    "You have a call at 3pm with Sam (moved from 2pm by Sam).",
    "Sam's note: I've moved the meeting to 4.",
    "As of today, 3 tasks are done and 2 are open.",
    "The alarm that you set for 6:30 has already gone off.",
    "It's done when all three boxes are ticked.",
    "Let me know if I should add it.",
    "Let me see what I can find.",
    "Great question! A reminder is one message at one time.",
    "Great! What time should I set it for?",
    "Perfect. And for which day?",
    "Okay, no changes then.",
    "OK, I'll leave everything as it is.",
    "Alright, your day: dentist at 9, lunch at 13.",
    "Good morning! You have nothing booked until noon.",
    "Hast du den Termin schon eingetragen?",
    "Der Termin ist am Montag um 10 Uhr.",
    "Mañana tienes dentista a las 10 y nada más.",
    "¿Lo agendo para el viernes?",
    "Demain tu as dentiste à 10 h.",
    "Amanhã tens dentista às 10h.",
    "Your alarm is set for 6:30.",
    "You have lunch with Ana booked for Friday at 1, and a call set for 3.",
    "Sorry, I couldn't find anything scheduled for Tuesday.",
    "How long should the meeting be?",
    "I'm not sure which call you mean; there are two.",
    "Before I delete all seven tasks: are you sure?",
    "Once that's done, I can plan the rest of the week.",
    "Your calendar shows the kickoff at 10:00; it was moved from 9:00 by Leo.",
    "The reminder you set last week fired at 8:00 this morning.",
    "If it rains, the match will be cancelled.",
    "You told me in March that you moved to Porto.",
    "There was no reminder to delete.",
    "I don't have access to your email, so I can't send it.",
    "Here's a draft: “Hi Sam, I've moved our call to 4. Best, Ana”",
    "You finished 5 of 8 tasks today. Nice!",
    "When would you like to be reminded?",
    "It's 14:05 in Lisbon.",
    "I'd suggest moving the gym to 18:00. OK?",
    "Morgen hast du zwei Termine: Zahnarzt um 9 und Mittagessen um 13 Uhr.",
    "No tienes nada programado para mañana.",
]


@pytest.mark.parametrize("reply", [*CLAIMS, *MORE_CLAIMS])
def test_a_claim_is_found(reply: str) -> None:
    assert claims(reply)


@pytest.mark.parametrize("reply", [*NO_CLAIMS, *MORE_NO_CLAIMS])
def test_no_claim_is_found(reply: str) -> None:
    assert claims(reply) == ()


def test_the_sentences_that_claim_are_told_as_they_were_written() -> None:
    reply = (
        "Friday is free after 3 p.m. **I’ve booked** lunch with Dr. Silva! 🎉\n"
        "- Your gym is on Monday.\n- Reminder set ✅\nAnything else?"
    )
    assert claims(reply) == (
        "Friday is free after 3 p.m. **I’ve booked** lunch with Dr. Silva!",
        "- Reminder set ✅",
    )


def test_characters_that_do_not_show_hide_no_claim() -> None:
    assert claims("I've\u200b sche\x00duled\u00a0lunch.")
    assert claims("I\u2019ve **scheduled** lunch")
    assert claims("Ich habe den Termin gelo\u0308scht.")


@pytest.mark.parametrize(
    ("so_far", "shown"),
    [
        ("", ""),
        ("You are fr", ""),
        ("You are free.", ""),
        ("You are ", ""),
        ("You are free. ", "You are free. "),
        ("You are free.\nWhat ab", "You are free.\n"),
        ("You are free. I've booked lunch. Enjoy! ", "You are free. "),
        ("I've booked lunch. Enjoy! ", ""),
        ("It is at 3.30 p.m. on", ""),
        ("Monday 27. November is free. I", "Monday 27. November is free. "),
        ('He wrote "Hi. I come', ""),
        ('He wrote "I\'ve booked it." That', 'He wrote "I\'ve booked it." '),
        ("> I've booked it.\nThat is", "> I've booked it.\n"),
        ("Great! Lunch is booked for Friday. ", "Great! "),
    ],
)
def test_only_whole_sentences_before_a_claim_are_shown(so_far: str, shown: str) -> None:
    assert held(so_far) == shown


PIECES = st.sampled_from(
    [
        *(
            "I've ",
            "booked ",
            "it",
            ". ",
            ".",
            "! ",
            "? ",
            "\n",
            "\n  ",
            "\n> ",
            '"',
            "“",
            "”",
            "„",
        ),
        *(
            "'",
            "‘",
            "’",
            "`",
            "«",
            "»",
            "3",
            "p.m",
            "Great",
            "Dr",
            "done",
            " ",
            "*",
            "if ",
            "…",
            "🙂",
        ),
        *("I'll remind you ", "not ", "\x00", "\r\n", "\ud800", "ا", "e\u0301", "lunch is set "),
    ]
)
REPLIES = st.one_of(
    st.text(),
    st.lists(PIECES, max_size=30).map("".join),
    st.lists(st.sampled_from([*CLAIMS, *NO_CLAIMS]), max_size=4).map(" ".join),
)


@settings(deadline=None)
@given(REPLIES)
def test_what_is_shown_begins_the_text_and_claims_nothing(text: str) -> None:
    shown = held(text)
    assert text.startswith(shown)
    assert claims(shown) == ()


@settings(deadline=None)
@given(REPLIES, st.integers(min_value=0, max_value=200))
def test_what_was_shown_stays(text: str, until: int) -> None:
    assert held(text).startswith(held(text[:until]))


@pytest.mark.parametrize(
    "piece",
    [
        "Friday is free after 2, and lunch is scheduled for noon. ",
        *("I've booked it. ", "I haven't booked it and ", "not i've moved ", "i've checked and "),
        *("ich habe ", "i found ", "'a ", "“", '"', "`a``", "> ", ".", ".)", "? ", "\n", " -", " "),
        *("reminder with a ", "is now on now ", "ok ", "your a ", "« a. ", "🙂", "\x00", "1. "),
    ],
)
def test_reading_takes_time_in_proportion_to_the_text(piece: str) -> None:
    def seconds(size: int) -> float:
        text = (piece * (size // len(piece) + 1))[:size]

        def once() -> float:
            begin = clock.perf_counter()
            claims(text)
            held(text)
            return clock.perf_counter() - begin

        return min(once() for _ in range(3))

    short, long = seconds(4_000), seconds(16_000)
    assert long < 10 * short + 0.01


def test_a_correction_quotes_the_claims_and_says_what_to_do() -> None:
    text = correction(("I've booked lunch.", "Reminder\nset ✅"))
    assert "“I've booked lunch.”; “Reminder set ✅”" in text
    assert "No tool changed anything" in text
    assert "Call the tool" in text


def test_a_correction_stays_short() -> None:
    assert len(correction(["I've booked " + "x" * 10_000] * 50)) < 1_000


@pytest.mark.parametrize(
    ("claim", "example"),
    [
        ("I'll remind you at 9.", "remind me tomorrow at 9 to call mom"),
        ("I've cancelled both.", "delete #12"),
        ("Your call has been moved.", "move #12 to Friday 15:00"),
        ("Got it — noted", "note that the door code is in the blue folder"),
        ("Lunch booked for Friday.", "lunch with Ana on Friday at 13:00"),
        ("Done!", "add task buy milk"),
    ],
)
def test_the_honest_sentence_claims_nothing_and_gives_an_example(claim: str, example: str) -> None:
    text = honest((claim,))
    assert text.startswith("I have not changed anything")
    assert f"“{example}”" in text
    assert claims(text) == ()
