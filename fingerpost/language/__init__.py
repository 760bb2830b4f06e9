"""The contract language: a service specification as checked files, with no Django in it."""
