"""Messages that HR writes to many people: preview, sending now or later, and the list of them."""
