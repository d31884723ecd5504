"""How the shipped expression network is made; needs the extra ``train``."""
