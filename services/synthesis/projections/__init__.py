"""services.synthesis.projections"""
