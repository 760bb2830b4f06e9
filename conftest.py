"""Shared by every test. pytest-django reads the settings before this file, and they bring the database up."""
