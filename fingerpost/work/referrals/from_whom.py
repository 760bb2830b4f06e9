"""Who may ask for support: codes, and the words people choose from."""

SOURCES = [
    ("school", "A school"),
    ("health", "A health worker"),
    ("social_care", "Social care"),
    ("family", "The family"),
    ("other", "Somebody else"),
]
