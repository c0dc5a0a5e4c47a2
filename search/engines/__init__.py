"""The engines that keep the promises of `search.engine`."""
