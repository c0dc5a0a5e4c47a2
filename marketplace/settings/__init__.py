"""站点设置: what operators set on a page, as rows with their history."""
