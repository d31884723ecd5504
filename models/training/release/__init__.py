"""Makes a trained run the shipped network: ``python -m models.training.release``.

``shipping`` exports, calibrates and measures; ``card`` writes what people should know.
"""
