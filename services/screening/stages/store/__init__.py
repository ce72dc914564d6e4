"""services.screening.stages.store"""
