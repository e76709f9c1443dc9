"""Time: wall clocks, recurrences, and the reading of time phrases in English."""
