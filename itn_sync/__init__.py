"""itn-sync: keeps the plan d'accompagnement's promises on the school's Google Workspace."""

__version__ = "0.1.0"
