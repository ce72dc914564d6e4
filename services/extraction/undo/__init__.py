"""services.extraction.undo"""
