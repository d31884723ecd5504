"""Parts of the page on a running class."""
