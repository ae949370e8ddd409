"""Drive v3: files, folders, permissions."""
