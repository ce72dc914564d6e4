"""services.screening.stages.domain"""
