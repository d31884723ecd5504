"""Expressions: aligned faces become calibrated probabilities."""
