"""What leaves the house as files: returns as PDF and Excel."""
