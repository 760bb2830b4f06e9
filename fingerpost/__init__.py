"""Fingerpost: a service specification goes in; a running, evidenced service comes out."""

__version__ = "0.1.0"
