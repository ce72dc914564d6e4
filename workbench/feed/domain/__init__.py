"""Events in words: the names that people gave, and one sentence for every kind of event."""
