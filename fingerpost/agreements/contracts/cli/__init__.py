"""`fingerpost check` and `fingerpost adopt`."""
