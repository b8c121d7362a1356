"""The database: schema, named queries, rows in and dataclasses out."""
