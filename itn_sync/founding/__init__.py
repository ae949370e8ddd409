"""Founding a school: its configuration files, and its things in the Workspace."""
