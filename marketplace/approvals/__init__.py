"""单位内部审核: what an organisation asks of its own people before something is handed in."""
