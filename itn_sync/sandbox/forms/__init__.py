"""Forms v1: forms, their items, and what people answered."""
