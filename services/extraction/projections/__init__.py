"""services.extraction.projections"""
