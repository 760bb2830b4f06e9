"""Pictures of families, drawn from their records. Each stands beside a table that says the same."""
