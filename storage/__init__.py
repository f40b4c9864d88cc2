"""Tables, engine, unit of work, queries, outbox."""
