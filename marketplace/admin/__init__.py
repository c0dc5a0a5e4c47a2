"""管理: the console of those who run the site. It changes things only through the features' own services."""
