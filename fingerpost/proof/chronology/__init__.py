"""A family's story, made from every record about it: what happened in order, where nothing did, and who belongs to whom."""
