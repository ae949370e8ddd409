"""An embedded Google Workspace. It knows nothing of the worker: its contract is Google's."""
