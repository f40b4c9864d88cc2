"""Sign-up of mentors and leaders."""
