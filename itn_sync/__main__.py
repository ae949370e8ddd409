"""`python -m itn_sync`."""

from itn_sync.cli import main

main()
