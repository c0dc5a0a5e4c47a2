"""匹配: which achievements may solve which challenge, with reasons; made by the worker and kept as rows."""
