"""Record sets and indicators: every figure is the size of a set of records, and opens to them."""
