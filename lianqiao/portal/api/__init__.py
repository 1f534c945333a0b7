"""The API's front door: one address space over the rooms' operations, one way to be let in and refused."""
