"""Classroom v1: courses, their people and what is posted to them."""
