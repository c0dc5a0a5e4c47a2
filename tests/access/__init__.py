"""The access matrix (权限矩阵): every address and method, by every actor, on things in every state."""
