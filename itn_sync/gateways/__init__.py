"""One file per Google API: fetch or send, and translate. No decision is taken here."""
