"""Looking a whole school over without changing anything: `itn-sync check`."""
