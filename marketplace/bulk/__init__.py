"""批量导入: many things from one file, checked first, written all or none."""
