"""The command line: people's and machines' way in without a browser."""
