"""services.synthesis.projections.store"""
