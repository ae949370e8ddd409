"""Gmail v1: mailboxes, drafts, delivery, search, labels, history.

Contract: https://developers.google.com/workspace/gmail/api/reference/rest
"""
