"""`*.dialogue.yaml` -> pytest items, one per dialogue."""
