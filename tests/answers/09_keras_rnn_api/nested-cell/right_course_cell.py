class NestedCell(nested.NestedCell):
    pass
