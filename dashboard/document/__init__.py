"""The report as one file: everything in it, nothing fetched, made for paper too."""
