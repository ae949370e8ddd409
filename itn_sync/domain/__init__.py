"""Every decision the school could argue about. Pure: no library, no clock, no network."""
