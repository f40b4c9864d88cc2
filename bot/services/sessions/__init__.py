"""Meetings of a pair: booked, moved, prepared, reminded of, and asked about afterwards."""
