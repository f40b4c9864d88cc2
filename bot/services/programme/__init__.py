"""Set-up of a programme: dates, days off, topics, sponsor, next cohort."""
