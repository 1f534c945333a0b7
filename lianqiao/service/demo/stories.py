"""What happened to the demonstration's filings: which step on which working day, and who took it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

# A story is its moves: (working days after the filing, step). The first is always the filing itself.
Moves = tuple[tuple[int, str], ...]

FILM = ((12, "send_film"), (15, "pass_film"))
# how often each happens in a hundred filings, roughly what an office sees
CLOSED: tuple[tuple[int, Moves], ...] = (
    (26, ((0, "file"), (1, "pass_review"), *FILM)),
    (12, ((0, "file"), (2, "pass_review"), (20, "send_film"), (24, "pass_film"))),
    (10, ((0, "file"), (1, "return_incorrect"), (4, "correct"), (5, "pass_review"), *FILM)),
    (9, ((0, "file"), (1, "return_incomplete"), (3, "supplement"), (5, "pass_review"), *FILM)),
    (5, ((0, "file"), (2, "extend_review"), (4, "pass_review"), *FILM)),
    (8, ((0, "file"), (1, "pass_review"), (12, "send_film"), (14, "return_film_incorrect"),
         (19, "correct_film"), (21, "pass_film"))),
    (5, ((0, "file"), (2, "pass_review"), (12, "send_film"), (13, "return_film_incomplete"),
         (15, "supplement_film"), (18, "pass_film"))),
    (3, ((0, "file"), (2, "refuse_review"))),
    (2, ((0, "file"), (1, "pass_review"), (12, "send_film"), (15, "refuse_film"))),
    (3, ((0, "file"), (1, "withdraw"))),
    (3, ((0, "file"), (2, "pass_review"), (9, "withdraw"))),
    # broken promises: the zone's own list of what not to do again
    (1, ((0, "file"), (5, "pass_review"), *FILM)),
    (1, ((0, "file"), (1, "pass_review"), (12, "send_film"), (21, "pass_film"))),
    (1, ((0, "file"), (8, "refuse_review"))),
)  # fmt: skip
LONGEST = 26

# Open today. The last number says how many working days ago the first move was; each is told so that the last
# office day that is over finds the clock fresh, near its end, overdue, or standing still.
OPEN: tuple[tuple[int, int, Moves], ...] = (
    (4, 0, ((0, "file"),)),
    (4, 1, ((0, "file"),)),
    (3, 2, ((0, "file"),)),  # reminded: due on the next working day
    (1, 4, ((0, "file"),)),  # broken, the leader told
    (1, 7, ((0, "file"),)),  # broken, on the public list
    (1, 3, ((0, "file"), (2, "extend_review"))),
    (1, 4, ((0, "file"), (1, "return_incomplete"), (3, "supplement"))),  # a fresh clock
    (2, 3, ((0, "file"), (1, "return_incomplete"))),
    (3, 4, ((0, "file"), (1, "return_incorrect"))),
    (1, 6, ((0, "file"), (2, "return_incorrect"), (5, "correct"))),  # runs again with what was left
    (3, 9, ((0, "file"), (1, "pass_review"))),
    (2, 23, ((0, "file"), (2, "pass_review"))),
    (3, 14, ((0, "file"), (1, "pass_review"), (12, "send_film"))),
    (2, 16, ((0, "file"), (2, "pass_review"), (12, "send_film"))),  # reminded
    (1, 20, ((0, "file"), (2, "pass_review"), (12, "send_film"))),  # broken, on the public list
    (1, 15, ((0, "file"), (2, "pass_review"), (12, "send_film"), (13, "return_film_incomplete"))),
    (2, 17, ((0, "file"), (1, "pass_review"), (12, "send_film"), (14, "return_film_incorrect"))),
)
# The filing of 2026-02-11, 10:00: three working days end on Saturday 2026-02-14, a make-up day.
MAKE_UP_DAY = ("2026-02-11", "10:00", ((0, "file"), (3, "pass_review"), (12, "send_film"), (15, "pass_film")))
CLOSED_FILINGS = 48


@dataclass(frozen=True)
class Story:
    """One filing: the index (see `Calendar.working_index`) of the working day it begins on, and its moves."""

    begins: int
    moves: Moves
    at: str = ""


def stories(*, first: int, last: int, make_up_day: int, random: Random) -> list[Story]:
    """Return every filing between the working days `first` and `last`, the last one whose office day is over.

    None begins before `first`; a span too short for the older ones leaves them out.
    """
    found = [
        Story(last - ago, moves) for count, ago, moves in OPEN for _ in range(count) if last - ago >= first
    ]
    room = last - LONGEST - first
    if room > 0:
        weights = [weight for weight, _ in CLOSED]
        kinds = random.choices([moves for _, moves in CLOSED], weights, k=CLOSED_FILINGS)
        # every kind at least once, so that each can be looked at
        kinds[: len(CLOSED)] = [moves for _, moves in CLOSED]
        random.shuffle(kinds)
        found += [Story(first + room * place // len(kinds), moves) for place, moves in enumerate(kinds)]
    if first <= make_up_day <= last:
        found.append(Story(make_up_day, MAKE_UP_DAY[2], MAKE_UP_DAY[1]))
    return found
