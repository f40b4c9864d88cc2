"""The course of a programme: HR moves, extends, shortens, pauses, ends or cancels it."""
