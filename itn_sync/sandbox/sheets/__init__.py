"""Google Sheets v4: importing this package registers every behaviour of the API.

Each module answers for one resource or one family of batchUpdate requests; `book` and `grid`
hold the state.
"""

from itn_sync.sandbox.sheets import (
    append,
    batch_update,
    cell_requests,
    dimensions,
    filter_requests,
    filtered_values,
    find_requests,
    importing,
    metadata,
    metadata_requests,
    paste_requests,
    protection_requests,
    range_requests,
    rule_requests,
    spreadsheets,
    tabs,
    values,
)

__all__ = [
    "append",
    "batch_update",
    "cell_requests",
    "dimensions",
    "filter_requests",
    "filtered_values",
    "find_requests",
    "importing",
    "metadata",
    "metadata_requests",
    "paste_requests",
    "protection_requests",
    "range_requests",
    "rule_requests",
    "spreadsheets",
    "tabs",
    "values",
]
