"""单位: companies, universities and institutes, and who acts for them."""
