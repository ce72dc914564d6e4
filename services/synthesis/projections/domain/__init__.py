"""services.synthesis.projections.domain"""
